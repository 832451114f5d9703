//! The archive of a server's write-ahead log: what it covers, and what is wrong.

use leptos::prelude::*;
use model::{MissingGrant, WalArchive};
use time::OffsetDateTime;

use crate::components::{Icon, When};
use crate::text::{count, span};

#[component]
pub(super) fn Archive(archive: WalArchive) -> impl IntoView {
    let text = summary(&archive);
    let latest = archive.windows.last().map(|window| {
        view! { " Newest transaction that can be restored: "<When at=window.latest/>"." }
    });
    let problems = archive.problems.into_iter().map(|problem| view! { <Item problem/> }).collect_view();
    view! {
        <p class="soft" data-part="wal-archive">{text}{latest}</p>
        <ul class="missing-grants" aria-label="Problems of the write-ahead log archive">{problems}</ul>
    }
    .into_any()
}

/// One sentence or two: since when, how many base backups, how large.
fn summary(archive: &WalArchive) -> String {
    let kept = format!(
        "{}, {} in the archive.",
        count(usize::try_from(archive.base_backups).unwrap_or(usize::MAX), "base backup", "base backups"),
        archive.bytes
    );
    match archive.windows.last() {
        None => format!(
            "Write-ahead log: archived, but no base backup is complete yet, so no time can be restored. {kept}"
        ),
        Some(window) => {
            let since = span(OffsetDateTime::now_utc() - window.earliest);
            format!("Write-ahead log: archived for the last {since}, of {} d. {kept}", archive.days)
        }
    }
}

#[component]
fn Item(problem: MissingGrant) -> impl IntoView {
    let sql = problem.sql.map(|sql| view! { <code class="code" tabindex="0">{sql}</code> });
    view! {
        <li>
            <span class="status" data-tone="bad"><Icon name="down"/>"Write-ahead log"</span>
            <p>{problem.text}</p>
            {sql}
        </li>
    }
    .into_any()
}
