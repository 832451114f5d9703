//! Git commits.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::Invalid;
use crate::text::validated_text;

validated_text! {
    /// A full commit id: 40 lower-case hex digits. Branch names are rejected.
    CommitSha, check
}

impl CommitSha {
    /// The first seven digits, for people.
    pub fn short(&self) -> &str {
        &self.as_str()[..7]
    }
}

fn check(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "a full commit id of 40 hex digits, never a branch, a tag or a short id";
    let text = text.trim().to_ascii_lowercase();
    if text.is_empty() {
        return Err(Invalid::new("A commit is needed.", ACCEPTED));
    }
    if text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(text);
    }
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
    let what = if hex && text.len() < 40 { "a short commit id" } else { "not a commit id" };
    Err(Invalid::new(format!("\"{text}\" is {what}."), ACCEPTED))
}

/// A commit in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitInfo {
    /// The full id.
    pub sha: CommitSha,
    /// The first line of its message.
    pub summary: String,
    /// The author's name.
    pub author: String,
    /// When it was committed.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}
