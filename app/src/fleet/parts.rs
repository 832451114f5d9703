//! The parts that the fleet runs on, when one of them is away, and rows that cannot be read.

use leptos::prelude::*;
use model::{Fleet, Part, PartKind, PartState};

use crate::components::{Banner, When};
use crate::text::sentence;

/// What is away, what waits for it, and what goes on.
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
            "{} Correct the row; nothing is done with this project until then, the others go on.",
            sentence(&row.reason)
        );
        view! { <Banner tone="warn" icon="degraded" title=title detail=detail/> }
    });
    let standin = fleet.standin.then(|| view! {
        <Banner tone="unknown" icon="info" title="Instances run the stand-in server".to_owned()
            detail="It keeps the contract of atomo-server for trying out this fleet; it is not atomo-server. Name a real one with ATOMO_FLEET_SERVER_BIN.".to_owned()/>
    });
    view! { <div class="banners">{away.collect_view()}{unreadable.collect_view()}{standin}</div> }.into_any()
}

/// Its name, and what waits while it is away.
pub(crate) fn waits_for(part: &Part) -> (String, &'static str) {
    let server = part.server.as_ref().map(|server| format!(" {server}")).unwrap_or_default();
    (format!("{}{server}", name(part.kind)), waits(part.kind))
}

const fn name(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Postgres => "Postgres",
        PartKind::Gateway => "The gateway",
        PartKind::Driver => "What runs instances",
        PartKind::Secrets => "The secret store",
    }
}

const fn waits(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Postgres => "New databases wait; instances go on as far as they can without theirs.",
        PartKind::Gateway => "Changes of routes wait; what was routed before may not be reached.",
        PartKind::Driver => "Starting and stopping wait; what runs goes on.",
        PartKind::Secrets => "Starting instances and changing secrets wait; what runs goes on.",
    }
}
