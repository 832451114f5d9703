//! States as marks.

use leptos::prelude::*;
use model::{RolloutCounts, RolloutMemberState, RolloutState};

use crate::components::Icon;

/// Where a rollout is.
#[component]
pub(super) fn StateMark(state: RolloutState) -> impl IntoView {
    let (tone, icon, text) = match state {
        RolloutState::Running => ("info", "progressing", "Running"),
        RolloutState::Paused => ("warn", "degraded", "Paused"),
        RolloutState::Succeeded => ("ok", "done", "Done"),
        RolloutState::Cancelled => ("idle", "suspended", "Cancelled"),
    };
    view! {
        <span class="status" data-tone=tone><Icon name=icon spin=state == RolloutState::Running/>{text}</span>
    }
    .into_any()
}

/// Where a member is.
#[component]
pub(super) fn MemberMark(state: RolloutMemberState) -> impl IntoView {
    let (tone, icon, text) = match state {
        RolloutMemberState::Waiting => ("idle", "waiting", "Waiting"),
        RolloutMemberState::Running => ("info", "progressing", "Running"),
        RolloutMemberState::Succeeded => ("ok", "done", "Done"),
        RolloutMemberState::Failed => ("bad", "down", "Failed"),
        RolloutMemberState::Skipped => ("idle", "suspended", "Skipped"),
    };
    view! {
        <span class="status" data-tone=tone><Icon name=icon spin=state == RolloutMemberState::Running/>{text}</span>
    }
    .into_any()
}

/// `3 of 12 done, 1 failed`.
pub(super) fn progress(counts: &RolloutCounts) -> String {
    let failed = if counts.failed > 0 { format!(", {} failed", counts.failed) } else { String::new() };
    format!("{} of {} done{failed}", counts.done(), counts.total())
}
