//! Grants that the control plane's role lacks on a server, with the SQL that grants them.

use leptos::prelude::*;
use model::{MissingGrant, Weight};

use crate::components::Icon;

/// The missing grants, worst first. Renders nothing if there are none.
#[component]
pub(super) fn MissingGrants(missing_grants: Vec<MissingGrant>) -> impl IntoView {
    let mut missing_grants = missing_grants;
    missing_grants.sort_by_key(|grant| match grant.weight {
        Weight::Missing => 0,
        Weight::Asked => 1,
        Weight::Lost => 2,
    });
    (!missing_grants.is_empty()).then(|| {
        let items = missing_grants.into_iter().map(|grant| view! { <Item grant/> }).collect_view();
        view! { <ul class="missing-grants" aria-label="Missing grants">{items}</ul> }
    })
}

#[component]
fn Item(grant: MissingGrant) -> impl IntoView {
    let (tone, icon, word) = match grant.weight {
        Weight::Missing => ("bad", "down", "Missing"),
        Weight::Asked => ("warn", "info", "Action needed"),
        Weight::Lost => ("unknown", "info", "Not possible"),
    };
    let sql = grant.sql.map(|sql| view! { <code class="code" tabindex="0">{sql}</code> });
    view! {
        <li>
            <span class="status" data-tone=tone><Icon name=icon/>{word}</span>
            <p>{grant.text}</p>
            {sql}
        </li>
    }
    .into_any()
}
