//! What happened to rollouts.

use super::facts::Facts;
use crate::event::action::SystemEvent;

/// What happened.
pub(super) fn sentence(event: SystemEvent, facts: Facts<'_>) -> String {
    let target = facts.text("target").map(|target| format!(" of {target}")).unwrap_or_default();
    match event {
        SystemEvent::RolloutBegun => {
            let members = facts.number("members").map(|count| format!(" to {}", projects(count)));
            let reason = facts.text("reason").map(|reason| format!(": {reason}"));
            format!("Rollout{target}{} begun{}", members.unwrap_or_default(), reason.unwrap_or_default())
        }
        SystemEvent::RolloutPaused => {
            let member = facts.text("project").map(|project| format!(" at {project}")).unwrap_or_default();
            let problem = facts.text("problem").map(|problem| format!(": {}", problem.trim_end_matches('.')));
            format!("Rollout{target} paused{member}{}", problem.unwrap_or_default())
        }
        SystemEvent::RolloutResumed => {
            let how = if facts.is("skip") { "passes over" } else { "tries again" };
            let failed = facts.texts("projects");
            let which =
                if failed.is_empty() { String::new() } else { format!(": it {how} {}", failed.join(", ")) };
            format!("Rollout{target} resumed{which}")
        }
        SystemEvent::RolloutCancelled => {
            let left = facts.number("skipped").map(|count| format!("; {} not begun", were(count)));
            format!("Rollout{target} cancelled{}", left.unwrap_or_default())
        }
        _ => {
            let skipped = facts.number("skipped").filter(|count| *count > 0);
            let skipped = skipped.map(|count| format!(", {count} skipped")).unwrap_or_default();
            let done =
                facts.number("succeeded").map(|count| format!(": {} deployed{skipped}", projects(count)));
            format!("Rollout{target} done{}", done.unwrap_or_default())
        }
    }
}

fn projects(count: i64) -> String {
    if count == 1 { "1 project".to_owned() } else { format!("{count} projects") }
}

fn were(count: i64) -> String {
    if count == 1 { "1 project was".to_owned() } else { format!("{count} projects were") }
}
