//! How a value stands in a parameter. Pure.
//!
//! As it is, so that AWS' own tools show and set it; but for what AWS does not take: no text at all, control characters,
//! and `{{..}}`, which AWS reads as the name of another parameter. That is kept in base64 behind a mark, and so is
//! what begins with the mark itself: no two values are kept alike.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What is in front of a value in base64.
const MARK: &str = "atomo-base64:";

/// Bytes that a parameter holds at most: one of the advanced tier. Up to 4096 the standard tier does.
pub const MOST: usize = 8192;

/// The text that a parameter gets for a value.
pub fn encode(value: &str) -> String {
    let refused = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if value.is_empty() || value.contains("{{") || value.starts_with(MARK) || value.contains(refused) {
        return format!("{MARK}{}", STANDARD.encode(value));
    }
    value.to_owned()
}

/// The value of a parameter's text; `None` when nothing that was encoded here reads like that.
pub fn decode(text: &str) -> Option<String> {
    match text.strip_prefix(MARK) {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok(),
        None => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests;
