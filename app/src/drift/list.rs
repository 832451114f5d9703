//! The findings of the fleet.

use leptos::prelude::*;
use model::{DriftFinding, DriftSeverity};
use time::OffsetDateTime;

use super::api::get_findings;
use super::filter::{DriftFields, DriftQuery};
use crate::address::Address;
use crate::components::{Empty, FilterForm, NothingMatches, PageHead, Table, When, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::text::sentence;

/// The page of all findings that the filters of the address admit.
pub(crate) async fn drift_page() -> Document {
    let Address { path, query, .. } = Address::current();
    let query = DriftQuery::of(&query);
    let list = main_content(findings(&query, &path).await, true, |list| list);
    let content = view! {
        <div class="page" data-page="drift">
            <PageHead title="Drift"/>
            <FilterForm path label="Filter the findings" is_set=query.is_set()>
                <DriftFields query/>
            </FilterForm>
            {list}
        </div>
    };
    Document::new("Drift", Subject::Fleet, content)
}

async fn findings(query: &DriftQuery, path: &str) -> Result<AnyView, AppError> {
    let filter = match query.validate() {
        Ok(filter) => filter,
        Err(faults) => return Ok(view! { <NothingMatches path=path.to_owned() faults/> }.into_any()),
    };
    let findings = get_findings(filter).await?;
    Ok(match findings.is_empty() {
        true if query.is_set() => view! { <NothingMatches path=path.to_owned()/> }.into_any(),
        true => view! {
            <Empty icon="info" title="No drift"
                detail="Every project that was compared is what was declared. A page of a project shows each level, and what could not be compared."/>
        }
        .into_any(),
        false => view! { <Findings findings/> }.into_any(),
    })
}

/// A table of findings.
#[component]
pub(super) fn Findings(findings: Vec<DriftFinding>) -> impl IntoView {
    let rows = findings.into_iter().map(|finding| view! { <Row finding/> }).collect_view();
    view! {
        <Table label="Findings" heads=&["Difference", "Project", "Severity", "State", "First seen", "Last seen"]
            figures=&["First seen", "Last seen"] stack=true>{rows}</Table>
    }
    .into_any()
}

#[component]
fn Row(finding: DriftFinding) -> impl IntoView {
    let id = finding.project_id.clone();
    let severity = match finding.severity {
        DriftSeverity::Attention => "Needs a decision",
        DriftSeverity::Notice => "Closed by the control plane",
    };
    let state = finding.state(OffsetDateTime::now_utc());
    view! {
        <tr data-finding-state=state>
            <th scope="row"><a class="link" href=format!("/drift/{}", finding.id)>{finding.what()}</a></th>
            <td><a class="link" href=format!("/projects/{id}/drift")>{id.to_string()}</a></td>
            <td>{severity}</td>
            <td>{sentence(state)}</td>
            <td class="num soft"><When at=finding.first_seen/></td>
            <td class="num soft"><When at=finding.last_seen/></td>
        </tr>
    }
    .into_any()
}
