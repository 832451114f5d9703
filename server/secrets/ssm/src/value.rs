//! The encoding of a value in a parameter. Pure.
//!
//! Values are stored unchanged, so that the tools of AWS can read and write them, except those that AWS rejects: empty
//! text, control characters, and `{{..}}`, which AWS reads as a reference to another parameter. Those are stored as
//! base64 with a prefix, and so are values that start with the prefix, so the encoding is injective.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The prefix of a value in base64.
const MARK: &str = "atomo-base64:";

/// Maximum bytes of a parameter in the advanced tier. The standard tier holds 4096.
pub const MOST: usize = 8192;

/// Encodes a value.
pub fn encode(value: &str) -> String {
    let refused = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if value.is_empty() || value.contains("{{") || value.starts_with(MARK) || value.contains(refused) {
        return format!("{MARK}{}", STANDARD.encode(value));
    }
    value.to_owned()
}

/// Decodes a parameter's text; `None` if it is not a valid encoding.
pub fn decode(text: &str) -> Option<String> {
    match text.strip_prefix(MARK) {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests;
