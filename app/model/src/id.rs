//! The name of a project, for life.

use crate::text::validated_text;
use crate::{DatabaseName, Invalid};

validated_text! {
    /// A project's id: `^[a-z][a-z0-9-]{1,38}[a-z0-9]$`. Never changes, names the database and its role.
    ProjectId, check
}

const ACCEPTED: &str =
    "3 to 40 of a to z, 0 to 9 and hyphen, starting with a letter and not ending with a hyphen";

/// Ids that would read as something else in a URL, a host name or a log line.
const RESERVED: [&str; 14] = [
    "admin", "all", "api", "app", "atomo", "fleet", "health", "kept", "login", "new", "postgres", "root",
    "system", "trash",
];

impl ProjectId {
    /// The name of the database that the project's main instance uses, and of its role.
    pub fn database(&self) -> String {
        DatabaseName::main(self.clone()).to_string()
    }
}

fn check(text: &str) -> Result<String, Invalid> {
    let fault = |message: String| Err(Invalid::new(message, ACCEPTED));
    if text.is_empty() {
        return fault("An id is needed.".into());
    }
    if let Some(wrong) = text.chars().find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return fault(format!("{} is not accepted.", name_of(wrong)));
    }
    if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return fault("The first character must be a letter.".into());
    }
    if text.ends_with('-') {
        return fault("The last character must not be a hyphen.".into());
    }
    if !(3..=40).contains(&text.len()) {
        return fault(format!(
            "{} characters is {}.",
            text.len(),
            if text.len() < 3 { "too short" } else { "too long" }
        ));
    }
    if RESERVED.contains(&text) {
        return fault(format!("\"{text}\" is reserved for the platform."));
    }
    Ok(text.to_owned())
}

fn name_of(c: char) -> String {
    match c {
        '_' => "An underscore".into(),
        ' ' => "A space".into(),
        c if c.is_uppercase() => "A capital letter".into(),
        c if c.is_control() => "A control character".into(),
        c => format!("\"{c}\""),
    }
}
