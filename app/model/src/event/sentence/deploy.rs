//! What happened to deploys.

use super::facts::{Facts, short};
use crate::GitHost;

/// The request of a deploy, or of a roll back.
pub(super) fn requested(facts: Facts<'_>) -> Option<String> {
    facts.value("deploy")?;
    let what = if facts.text("kind") == Some("rollback") { "Roll back" } else { "Deploy" };
    let release = facts.text("release").map(|release| format!(" with the release {release}"));
    Some(format!("{what} of {}{} requested", commits(facts), release.unwrap_or_default()))
}

pub(super) fn begun(facts: Facts<'_>) -> String {
    format!("Deploy of {} taken into use", commits(facts))
}

pub(super) fn returned(facts: Facts<'_>) -> String {
    let reason = facts.text("reason").map(|reason| format!(": {}", reason.trim_end_matches('.')));
    format!("Deploy taken back to {}{}", commit(facts, "to"), reason.unwrap_or_default())
}

/// The file that a project follows was changed.
pub(super) fn file_taken(facts: Facts<'_>) -> String {
    format!("Changed file taken: {}", commits(facts))
}

/// A commit that a push brought: `Deploy of c9fc38d "Add sizes" by Ines proposed, pushed to main at GitHub`.
pub(super) fn proposal(word: &str, facts: Facts<'_>) -> String {
    let summary = facts.text("summary").map(|summary| format!(" \"{summary}\"")).unwrap_or_default();
    let author = facts.text("author").map(|author| format!(" by {author}")).unwrap_or_default();
    let host = facts.text("host").and_then(|host| host.parse::<GitHost>().ok());
    let host = host.map(|host| format!(" at {}", host.label())).unwrap_or_default();
    let branch = facts.text("branch").map(|branch| format!(", pushed to {branch}{host}")).unwrap_or_default();
    format!("Deploy of {}{summary}{author} {word}{branch}", commit(facts, "commit"))
}

/// `shop/schema.ts at 1234567, before c9fc38d`.
fn commits(facts: Facts<'_>) -> String {
    let path = facts.text("path").map(|path| format!("{path} at ")).unwrap_or_default();
    let before = facts.text("from").filter(|from| facts.text("to") != Some(from));
    let before = before.map(|from| format!(", before {}", short(from))).unwrap_or_default();
    format!("{path}{}{before}", commit(facts, "to"))
}

fn commit<'a>(facts: Facts<'a>, name: &str) -> &'a str {
    facts.text(name).map_or("an unknown commit", short)
}
