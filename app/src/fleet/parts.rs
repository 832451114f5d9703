//! Parts that do not answer, and rows that cannot be read.

use leptos::prelude::*;
use model::{Fleet, Part, PartKind, PartState};

use crate::components::{Banner, When};
use crate::text::sentence;

/// A banner for each part that does not answer, with the work that is suspended meanwhile and the work that continues.
#[component]
pub(crate) fn Parts(fleet: Fleet) -> impl IntoView {
    let away = fleet.parts.into_iter().filter_map(|part| match part.state {
        PartState::Away { ref reason, since } => {
            let (title, waits) = waits_for(&part);
            Some((title, format!("{} {waits}", sentence(reason)), since))
        }
        PartState::Up | PartState::Unknown => None,
    });
    let away = away.map(|(title, detail, since)| {
        let title = format!("{title} does not answer");
        view! { <Banner tone="bad" icon="down" title=title detail=detail>"since "<When at=since/></Banner> }
    });
    let unreadable = fleet.unreadable.into_iter().map(|row| {
        let title = format!("The registry's row {} cannot be read", row.id);
        let detail = format!(
            "{} Correct the row. Until then this project is left as it is; all others continue.",
            sentence(&row.reason)
        );
        view! { <Banner tone="warn" icon="degraded" title=title detail=detail/> }
    });
    let standin = fleet.standin.then(|| view! {
        <Banner tone="unknown" icon="info" title="Instances run the stand-in server"
            detail="It follows the contract of atomo-server, for trying out the fleet. Set ATOMO_FLEET_SERVER_BIN to run atomo-server."/>
    });
    view! { <div class="banners">{away.collect_view()}{unreadable.collect_view()}{standin}</div> }.into_any()
}

/// Name of the part, and the work that is suspended while it does not answer.
pub(crate) fn waits_for(part: &Part) -> (String, &'static str) {
    let server = part.database_server.as_ref().map(|server| format!(" {server}")).unwrap_or_default();
    (format!("{}{server}", name(part.kind)), waits(part.kind))
}

const fn name(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Postgres => "Postgres",
        PartKind::Gateway => "The gateway",
        PartKind::Driver => "The driver",
        PartKind::Secrets => "The secret store",
    }
}

const fn waits(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Postgres => {
            "New databases wait. Running instances continue as far as they can without Postgres."
        }
        PartKind::Gateway => "Changes of routes wait. Projects may be unreachable.",
        PartKind::Driver => "Starts and stops wait. Running instances continue.",
        PartKind::Secrets => "Starts and changes of secrets wait. Running instances continue.",
    }
}
