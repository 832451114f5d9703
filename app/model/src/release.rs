//! Which release an instance runs.

use crate::Invalid;
use crate::text::validated_text;

validated_text! {
    /// The release of a project: an image by tag or digest (`ghcr.io/atomo/server:1.4.2`, `name@sha256:...`) under the driver
    /// `docker`, or the file name of a program beside the fleet's own (`atomo-server-1.4.2`) under the driver `process`.
    /// Never `latest`, which is another release every day.
    ReleaseRef, check
}

/// What a text of at most 255 characters has to be.
const ACCEPTED: &str = "an image by tag or digest, never latest; or the file name of a release program";

fn check(text: &str) -> Result<String, Invalid> {
    let wrong = |why: &str| Err(Invalid::new(format!("\"{text}\" {why}."), ACCEPTED));
    let name = text.rsplit_once('/').map_or(text, |(_, name)| name);
    let pinned = name.split_once('@').or_else(|| name.split_once(':'));
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-/:@+".contains(letter);
    match pinned {
        _ if text.is_empty() || text.len() > 255 => wrong("is empty or too long"),
        _ if !text.chars().all(allowed) || !text.starts_with(|first: char| first.is_ascii_alphanumeric()) => {
            wrong("has a character that no image and no program has here")
        }
        _ if text.contains("//") || text.contains("..") || name.is_empty() => wrong("is no name"),
        Some((_, "latest")) => wrong("is another release every day"),
        Some((_, "")) => wrong("has an empty tag"),
        None if text.contains('/') => wrong("has neither tag nor digest, which stands for latest"),
        Some(_) | None => Ok(text.to_owned()),
    }
}

impl ReleaseRef {
    /// Whether it is an image; else it is the name of a program.
    pub fn is_image(&self) -> bool {
        self.as_str().contains([':', '@'])
    }
}

#[cfg(test)]
mod tests;
