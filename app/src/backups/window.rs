//! The times to which a project can be restored, on its page of backups.

use leptos::prelude::*;
use model::{Action, ProjectRecovery, RecoveryWindow, Target};
use time::OffsetDateTime;

use crate::components::{Banner, Fact, Facts, Guarded, Section, When};
use crate::session::may;
use crate::text::{clock, minute, span};

/// The window with the button, or why there is none.
#[component]
pub(super) fn WindowSection(recovery: ProjectRecovery) -> impl IntoView {
    let problems = recovery.problems.clone();
    view! {
        <Section id="point-in-time" title="Restore to a time">
            <Problems problems/>
            <Content recovery/>
        </Section>
    }
    .into_any()
}

/// What is wrong with the archive.
#[component]
fn Problems(problems: Vec<String>) -> impl IntoView {
    (!problems.is_empty()).then(|| {
        let detail = problems.join(" ");
        view! { <Banner tone="warn" icon="info" title="The archive of the write-ahead log needs attention" detail/> }
    })
}

#[component]
fn Content(recovery: ProjectRecovery) -> impl IntoView {
    let ProjectRecovery { project_id, database_server, archived, windows, .. } = recovery;
    if !archived {
        let text = format!(
            "Off: the write-ahead log of the database server {database_server} is not archived, so only backups can be restored. \
             ATOMO_FLEET_WAL_ARCHIVE switches it on."
        );
        return view! { <p class="soft">{text}</p> }.into_any();
    }
    let Some(newest) = windows.last().copied() else {
        return view! {
            <p class="soft">"Not possible yet: the first base backup of the database server is not complete."</p>
        }
        .into_any();
    };
    let earlier = windows.len() - 1;
    let gap = (earlier > 0).then(|| {
        let text = format!(
            "The archive has {earlier} gap{}: times in between cannot be restored.",
            if earlier == 1 { "" } else { "s" }
        );
        view! { <p class="soft">{text}</p> }
    });
    let restore = may(Action::BackupRestore, Target::Project(&project_id)).then(|| {
        let href = format!("/projects/{project_id}/recovery");
        let label = format!("Restore {project_id} to a time");
        view! { <Guarded href text="Restore to a time" label icon="restore"/> }
    });
    view! {
        <p class="soft">"Any moment of this period can be restored, to the transaction. Times are UTC."</p>
        <Period window=newest/>
        {gap}
        <div class="buttons">{restore}</div>
    }
    .into_any()
}

#[component]
fn Period(window: RecoveryWindow) -> impl IntoView {
    let RecoveryWindow { earliest, latest } = window;
    view! {
        <Facts>
            <Fact name="From"><span class="mono">{second(earliest)}</span>" ("<When at=earliest/>")"</Fact>
            <Fact name="To"><span class="mono">{second(latest)}</span>" ("<When at=latest/>")"</Fact>
            <Fact name="Length">{span(latest - earliest)}</Fact>
        </Facts>
    }
    .into_any()
}

/// `2026-11-30 14:07:12`, in UTC.
pub(super) fn second(at: OffsetDateTime) -> String {
    let clock = clock(at);
    format!("{}{}", minute(at), clock.get(5..).unwrap_or_default())
}
