//! The figures at the top: what could be lost, how long a restore takes, what comes next.

use leptos::prelude::*;
use model::{Backup, ProjectBackupPolicy};
use time::OffsetDateTime;

use super::latest::Latest;
use super::policy;
use super::proof::{BackupMark, Mark, taken};
use crate::components::{Elapsed, Figure, When};
use crate::text::{NONE, ago, exact, minute, took_ms};

/// The figures.
#[component]
pub(super) fn Figures(latest: Latest, policy: Option<ProjectBackupPolicy>) -> impl IntoView {
    view! {
        <dl class="stats">
            <Loss verified=latest.verified.clone()/>
            <RestoreTime verified=latest.verified/>
            <Next policy/>
            <Last newest=latest.newest/>
        </dl>
    }
    .into_any()
}

/// The age of the newest verified backup: what is written since can be lost.
#[component]
fn Loss(verified: Option<Backup>) -> impl IntoView {
    let Some(backup) = verified else {
        return view! {
            <div class="stat" data-tone="warn">
                <dt>"You could lose"</dt>
                <dd class="tone">"everything"</dd>
                <dd class="hint">"no backup is verified"</dd>
            </div>
        }
        .into_any();
    };
    let at = taken(&backup);
    let hint = format!("of writes, since the verified backup of {} UTC", minute(at));
    view! {
        <div class="stat">
            <dt>"You could lose"</dt>
            <dd><Elapsed from=at to=None/></dd>
            <dd class="hint">{hint}</dd>
        </div>
    }
    .into_any()
}

/// How long a restore takes, as the verification measured it.
#[component]
fn RestoreTime(verified: Option<Backup>) -> impl IntoView {
    let now = OffsetDateTime::now_utc();
    let proof = verified.map(|backup| backup.verification);
    let measured = proof.as_ref().and_then(|proof| proof.restore_ms).map(took_ms);
    let hint =
        proof.and_then(|proof| proof.at).map(|at| format!("measured {} at its verification", ago(at, now)));
    view! {
        <div class="stat">
            <dt>"A restore takes"</dt>
            <dd><Figure text=measured.unwrap_or_else(|| NONE.to_owned())/></dd>
            <dd class="hint">{hint.unwrap_or_else(|| "not measured yet".to_owned())}</dd>
        </div>
    }
    .into_any()
}

/// When the next scheduled backup is due.
#[component]
fn Next(policy: Option<ProjectBackupPolicy>) -> impl IntoView {
    let run = policy.as_ref().and_then(|policy| policy.next_run);
    let figure = match (run, &policy) {
        (Some(at), _) => view! { <When at/> }.into_any(),
        (None, Some(_)) => "none".into_any(),
        (None, None) => "?".into_any(),
    };
    let hint = match (run, policy) {
        (Some(at), _) => exact(at),
        (None, Some(policy)) => policy::sentence(&policy.policy),
        (None, None) => "the schedule could not be read".to_owned(),
    };
    view! {
        <div class="stat">
            <dt>"Next scheduled backup"</dt>
            <dd>{figure}</dd>
            <dd class="hint">{hint}</dd>
        </div>
    }
    .into_any()
}

/// The state of the newest backup, with its problem.
#[component]
fn Last(newest: Option<Backup>) -> impl IntoView {
    let Some(backup) = newest else {
        return view! {
            <div class="stat"><dt>"Last backup"</dt><dd>{NONE}</dd><dd class="hint">"none was taken yet"</dd></div>
        }
        .into_any();
    };
    let mark = Mark::of(&backup);
    let problem = match mark {
        Mark::Failed => backup.problem.as_ref().map(|problem| problem.title.clone()),
        Mark::NotProved => backup.verification.differences.first().cloned(),
        _ => None,
    };
    let problem = problem.map(|problem| view! { ": "{problem} });
    view! {
        <div class="stat last">
            <dt>"Last backup"</dt>
            <dd><BackupMark mark/></dd>
            <dd class="hint"><When at=taken(&backup)/>{problem}</dd>
        </div>
    }
    .into_any()
}
