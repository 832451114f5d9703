//! The forms of a finding: accept, fix, snooze. Those that do not apply, or that the caller may not send, are left out.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, DriftFinding, DriftFix, Target};

use super::api::{AcceptDrift, FixDrift, SnoozeDrift};
use crate::components::{Attempt, CommandForm, PostButton, Section, Submit, TextField};
use crate::session::{may, permitted};

/// Lengths of a snooze, in days.
const DAYS: [u32; 4] = [1, 7, 30, 90];

/// The forms; nothing for a resolved finding.
#[component]
pub(super) fn Decide(finding: DriftFinding) -> impl IntoView {
    if finding.resolved_at.is_some() {
        return ().into_any();
    }
    let target = Target::Project(&finding.project_id);
    let fixable = matches!(finding.fix(), DriftFix::Operation { .. });
    let fix = (fixable && may(Action::DriftFix, target)).then(|| view! { <Fix finding=finding.clone()/> });
    let accepts = !finding.level.is_closed_by_engine() && may(Action::DriftAccept, target);
    let accept = accepts.then(|| view! { <Accept finding=finding.clone()/> });
    let snooze = permitted(Action::DriftSnooze, target, || view! { <Snooze finding=finding.clone()/> });
    view! { <Section id="decide" title="Decision"><div class="stack">{fix}{accept}{snooze}</div></Section> }
        .into_any()
}

#[component]
fn Fix(finding: DriftFinding) -> impl IntoView {
    let fields = vec![("id", finding.id.to_string())];
    view! { <PostButton action=FixDrift::url() fields text="Fix" busy="Fixing" label=format!("Fix: {}", finding.what()) icon="restart"/> }
        .into_any()
}

#[component]
fn Accept(finding: DriftFinding) -> impl IntoView {
    let attempt = Attempt::of::<AcceptDrift>();
    let text = attempt.typed_text("reason").unwrap_or_default();
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=finding.id.to_string()/>
            <TextField id="accept-reason" name="reason" label="Reason to accept" text fault=attempt.fault("reason")
                hint="1 to 500 characters; it is recorded. What was observed is declared from then on."/>
            <div class="buttons"><Submit text="Accept" busy="Accepting"/></div>
        </CommandForm>
    }
    .into_any()
}

#[component]
fn Snooze(finding: DriftFinding) -> impl IntoView {
    let attempt = Attempt::of::<SnoozeDrift>();
    let text = attempt.typed_text("reason").unwrap_or_default();
    let days = DAYS.into_iter().map(|days| {
        let label = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        view! { <option value=days.to_string() selected={days == 7}>{label}</option> }
    });
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=finding.id.to_string()/>
            <div class="field">
                <label for="snooze-days">"Snooze for"</label>
                <select class="input" id="snooze-days" name="days">{days.collect_view()}</select>
            </div>
            <TextField id="snooze-reason" name="reason" label="Reason to snooze" text fault=attempt.fault("reason")
                hint="1 to 500 characters; it is recorded. Alerts begin again when the difference changes."/>
            <div class="buttons"><Submit text="Snooze" busy="Snoozing" kind=""/></div>
        </CommandForm>
    }
    .into_any()
}
