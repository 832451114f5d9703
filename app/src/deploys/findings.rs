//! What a change of a schema does to the database, as a table.

use leptos::prelude::*;
use model::{Preflight, SchemaFinding};

use crate::components::{Icon, Section, Table};

const HEADS: &[&str] = &["Class", "Change", "What happens", "Rows"];

/// The findings, the worst first, and what was not checked.
#[component]
pub(super) fn Findings(preflight: Preflight) -> impl IntoView {
    let rows = preflight.findings.into_iter().map(|finding| view! { <Row finding/> }).collect_view();
    view! {
        <Section id="preflight" title="Preflight">
            <Table label="Preflight findings" heads=HEADS figures=&["Rows"] stack=true>{rows}</Table>
        </Section>
    }
    .into_any()
}

#[component]
fn Row(finding: SchemaFinding) -> impl IntoView {
    let place = [finding.table, finding.column].into_iter().flatten().collect::<Vec<_>>().join(".");
    view! {
        <tr>
            <td><span class="status" data-tone="ok"><Icon name="done"/>{finding.class.as_str()}</span></td>
            <th scope="row" class="mono">{place}</th>
            <td class="soft">{finding.detail}</td>
            <td class="num"></td>
        </tr>
    }
    .into_any()
}
