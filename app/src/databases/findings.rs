//! Grants that the control plane's role lacks on a server, with the SQL that grants them.

use leptos::prelude::*;
use model::{Finding, Weight};

use crate::components::Icon;

/// The missing grants, worst first. Renders nothing if there are none.
#[component]
pub(super) fn Findings(findings: Vec<Finding>) -> impl IntoView {
    let mut findings = findings;
    findings.sort_by_key(|finding| match finding.weight {
        Weight::Missing => 0,
        Weight::Asked => 1,
        Weight::Lost => 2,
    });
    (!findings.is_empty()).then(|| {
        let items = findings.into_iter().map(|finding| view! { <Item finding/> }).collect_view();
        view! { <ul class="findings" aria-label="Missing grants">{items}</ul> }
    })
}

#[component]
fn Item(finding: Finding) -> impl IntoView {
    let (tone, icon, word) = match finding.weight {
        Weight::Missing => ("bad", "down", "Missing"),
        Weight::Asked => ("warn", "info", "Action needed"),
        Weight::Lost => ("unknown", "info", "Not possible"),
    };
    let sql = finding.sql.map(|sql| view! { <code class="code" tabindex="0">{sql}</code> });
    view! {
        <li>
            <span class="status" data-tone=tone><Icon name=icon/>{word}</span>
            <p>{finding.text}</p>
            {sql}
        </li>
    }
    .into_any()
}
