//! What a change of a schema does to the database, as a table.

use leptos::prelude::*;
use model::{Evidence, FindingClass, NotChecked, Preflight, SchemaFinding};

use crate::components::{Icon, Section, Table};
use crate::text::took_ms;

const HEADS: &[&str] = &["Class", "Change", "What the start does", "Rows"];

/// The findings, the worst first, and what was not checked.
#[component]
pub(super) fn Findings(preflight: Preflight) -> impl IntoView {
    let summary = summary(&preflight);
    let beside = view! { <span class="soft">{summary}</span> }.into_any();
    let Preflight { findings, not_checked, .. } = preflight;
    let table = if findings.is_empty() {
        view! { <p class="soft">"The database stays as it is."</p> }.into_any()
    } else {
        let rows = findings.into_iter().map(|finding| view! { <Row finding/> }).collect_view();
        view! { <Table label="Preflight findings" heads=HEADS figures=&["Rows"] stack=true>{rows}</Table> }
            .into_any()
    };
    let unknown = (!not_checked.is_empty()).then(|| view! { <Unknown places=not_checked/> });
    view! {
        <Section id="preflight" title="Preflight" beside=Some(beside)>
            {table}
            {unknown}
        </Section>
    }
    .into_any()
}

/// How many findings there are of each kind: `1 will fail, 2 need your eye, 3 apply by themselves`.
fn summary(preflight: &Preflight) -> String {
    let count = |is: &dyn Fn(FindingClass) -> bool| {
        preflight.findings.iter().filter(|finding| is(finding.class)).count()
    };
    let blocks = count(&|class| class >= FindingClass::ReservedName);
    let eye = count(&|class| class.asks_for_confirmation() && class < FindingClass::ReservedName);
    let applied = count(&|class| !class.asks_for_confirmation());
    let mut parts = Vec::new();
    if blocks > 0 {
        parts.push(format!("{blocks} will fail"));
    }
    if eye > 0 {
        parts.push(format!("{eye} {} your eye", if eye == 1 { "needs" } else { "need" }));
    }
    parts.push(if applied == 1 {
        "1 applies by itself".to_owned()
    } else {
        format!("{applied} apply by themselves")
    });
    format!("{}, against the live database in {}", parts.join(", "), took_ms(preflight.took_ms))
}

#[component]
fn Row(finding: SchemaFinding) -> impl IntoView {
    let (tone, icon) = mark(finding.class);
    let place = [finding.table, finding.column].into_iter().flatten().collect::<Vec<_>>().join(".");
    let rows = finding.evidence.as_ref().map(rows);
    let question = finding.evidence.map(|evidence| {
        view! { <details><summary>"SQL"</summary><code class="code">{evidence.sql}</code></details> }
    });
    view! {
        <tr data-class=finding.class.as_str()>
            <td><span class="status" data-tone=tone><Icon name=icon/>{finding.class.label()}</span></td>
            <th scope="row">{finding.change}<small class="mono">{place}</small></th>
            <td class="soft">{finding.detail}{question}</td>
            <td class="num">{rows}</td>
        </tr>
    }
    .into_any()
}

const fn mark(class: FindingClass) -> (&'static str, &'static str) {
    match class {
        FindingClass::Applied => ("ok", "done"),
        FindingClass::Locks => ("info", "info"),
        FindingClass::Ignored | FindingClass::LeftOver | FindingClass::NotKnown => ("warn", "degraded"),
        FindingClass::BreaksWrites | FindingClass::ReservedName | FindingClass::BootFails => ("bad", "down"),
    }
}

fn rows(evidence: &Evidence) -> String {
    evidence.rows.map_or_else(|| "not counted".to_owned(), |rows| rows.to_string())
}

/// Places that the reader did not understand.
#[component]
fn Unknown(places: Vec<NotChecked>) -> impl IntoView {
    let count = places.len();
    let title = format!("Not checked: {count} {}", if count == 1 { "place" } else { "places" });
    let row = |place: NotChecked| view! { <li><span class="mono">{format!("line {}", place.line)}</span>" "{place.what}</li> };
    let rows = places.into_iter().map(row).collect_view();
    view! {
        <details open=true>
            <summary>{title}</summary>
            <ul class="will" data-tone="warn">{rows}</ul>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use model::{FindingClass, Preflight, SchemaFinding};

    use super::summary;

    #[test]
    fn the_worst_is_counted_first() {
        let finding = |class| SchemaFinding {
            class,
            table: None,
            column: None,
            change: String::new(),
            detail: String::new(),
            evidence: None,
        };
        let findings = [FindingClass::BootFails, FindingClass::Ignored, FindingClass::Applied].map(finding);
        let preflight = Preflight {
            from: None,
            to: "a".repeat(40).parse().unwrap(),
            findings: findings.to_vec(),
            not_checked: Vec::new(),
            took_ms: 120,
        };
        assert_eq!(
            summary(&preflight),
            "1 will fail, 1 needs your eye, 1 applies by itself, against the live database in 120 ms"
        );
    }
}
