//! The hostname that is suggested for a new project.

use crate::text::validated_text;
use crate::{Hostname, Invalid};

validated_text! {
    /// A hostname with `{id}` in place of the project's id, such as `{id}.apps.example.com`. With every [`ProjectId`] it is
    /// a valid [`Hostname`].
    HostnamePattern, check
}

/// The part that stands for the id.
const PLACEHOLDER: &str = "{id}";
/// As long as an id can be. What is valid with it is valid with every id.
const LONGEST_ID: &str = "id-0123456789-0123456789-0123456789-xyzz";

impl HostnamePattern {
    /// The accepted values, as a phrase.
    pub const ACCEPTED: &'static str =
        "a DNS name that contains {id} exactly once, such as {id}.apps.example.com";

    /// The pattern with this text in place of `{id}`; empty for an empty text.
    pub fn fill(&self, id: &str) -> String {
        if id.is_empty() { String::new() } else { self.as_str().replacen(PLACEHOLDER, id, 1) }
    }
}

impl Default for HostnamePattern {
    /// `{id}.localhost`, which resolves on the machine itself without DNS.
    fn default() -> Self {
        Self("{id}.localhost".to_owned())
    }
}

fn check(text: &str) -> Result<String, Invalid> {
    if text.matches(PLACEHOLDER).count() != 1 {
        return Err(Invalid::new("The pattern must contain {id} exactly once.", HostnamePattern::ACCEPTED));
    }
    let hostname = Hostname::try_from(text.replacen(PLACEHOLDER, LONGEST_ID, 1))
        .map_err(|fault| Invalid::new(fault.message, HostnamePattern::ACCEPTED))?;
    Ok(hostname.as_str().replacen(LONGEST_ID, PLACEHOLDER, 1))
}

#[cfg(test)]
mod tests;
