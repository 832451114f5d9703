//! Public DNS names of projects.

use crate::Invalid;
use crate::text::validated_text;

validated_text! {
    /// A hostname in its registered form: lower case, ASCII (other letters become `xn--`), without trailing dot, port
    /// or wildcard; at least two labels, at most 253 characters. Not an IP address.
    Hostname, check
}

const ACCEPTED: &str =
    "a DNS name such as api.example.com: labels of letters, digits and hyphens, separated by dots";

fn check(text: &str) -> Result<String, Invalid> {
    let fault = |message: &str| Err(Invalid::new(message, ACCEPTED));
    let text = text.trim().trim_end_matches('.');
    if text.is_empty() {
        return fault("A hostname is needed.");
    }
    if text.contains("://") || text.contains('/') {
        return fault("This is an address with a scheme or a path; only its host belongs here.");
    }
    if text.contains(':') {
        return fault("A port does not belong into a hostname.");
    }
    if text.contains('*') {
        return fault("A wildcard is not accepted.");
    }
    let name = to_ascii(text)?;
    if name.len() > 253 {
        return fault("A hostname has at most 253 characters.");
    }
    let labels: Vec<&str> = name.split('.').collect();
    if labels.len() < 2 {
        return fault("A hostname has at least two labels.");
    }
    if let Some(wrong) = labels.iter().find(|label| !is_label(label)) {
        return Err(Invalid::new(format!("The label \"{wrong}\" is not accepted."), ACCEPTED));
    }
    if labels.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())) {
        return fault("An IP address is not a hostname.");
    }
    Ok(name)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn to_ascii(text: &str) -> Result<String, Invalid> {
    idna::domain_to_ascii_strict(text)
        .map_err(|_| Invalid::new("This is not a name that can be registered.", ACCEPTED))
}
