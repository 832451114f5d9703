//! The page of alerts.

use leptos::prelude::*;
use model::{Alert, AlertSeverity, Page};

use super::api::get_alerts;
use super::filter::{AlertFields, AlertQuery};
use crate::address::Address;
use crate::components::{
    Empty, FilterForm, Icon, NothingMatches, PageHead, PagedList, Table, When, cursor, main_content,
};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::text::sentence;

const HEADS: &[&str] = &["What", "Project", "Severity", "State", "Opened", "Ended"];

/// The alerts that the filters of the address admit, open ones first.
pub(crate) async fn alerts_page() -> Document {
    let Address { path, query, .. } = Address::current();
    let query = AlertQuery::of(&query);
    let list = main_content(alerts(&query, &path).await, true, |list| list);
    let content = view! {
        <div class="page" data-page="alerts">
            <PageHead title="Alerts"/>
            <FilterForm path label="Filter the alerts" is_set=query.is_set()>
                <AlertFields query/>
            </FilterForm>
            {list}
        </div>
    };
    Document::new("Alerts", Subject::Fleet, content)
}

async fn alerts(query: &AlertQuery, path: &str) -> Result<AnyView, AppError> {
    let path = path.to_owned();
    let filter = match query.validate() {
        Ok(filter) => filter,
        Err(faults) => return Ok(view! { <NothingMatches path faults/> }.into_any()),
    };
    let Page { items, next_cursor: next } = get_alerts(filter, cursor()).await?;
    if items.is_empty() {
        return Ok(if query.is_set() {
            view! { <NothingMatches path/> }.into_any()
        } else {
            view! {
                <Empty icon="info" title="No alert"
                    detail="An alert begins when backups of a project fail or are overdue, or when a project differs from what was declared. It ends when that is over, or when you accept or snooze it."/>
            }
            .into_any()
        });
    }
    let filters = query.pairs();
    Ok(view! { <PagedList path next filters><Alerts alerts=items/></PagedList> }.into_any())
}

#[component]
fn Alerts(alerts: Vec<Alert>) -> impl IntoView {
    let rows = alerts.into_iter().map(|alert| view! { <Row alert/> }).collect_view();
    view! { <Table label="Alerts, open ones first" heads=HEADS figures=&["Opened", "Ended"] stack=true>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(alert: Alert) -> impl IntoView {
    let id = alert.project_id.to_string();
    let by = alert.closed_by.as_ref().map(|by| view! { <small>"by "{by.label()}</small> });
    let worsened = alert.worsened_at.map(|at| view! { <small>"worsened "<When at/></small> });
    let ended = alert.resolved_at.map(|at| view! { <When at/> });
    view! {
        <tr data-row=alert.id.to_string() data-alert-state=alert.state()>
            <th scope="row">
                <a class="link" href=alert.page()>{alert.sentence.clone()}</a>
                <small>{alert.kind.label()}</small>
            </th>
            <td><a class="link" href=format!("/projects/{id}")>{id.clone()}</a></td>
            <td>{severity(&alert)}</td>
            <td>{sentence(alert.state())}{worsened}</td>
            <td class="num soft"><When at=alert.opened_at/></td>
            <td class="num soft">{ended}{by}</td>
        </tr>
    }
    .into_any()
}

/// The severity; an alert that is over has no tone.
fn severity(alert: &Alert) -> AnyView {
    let (tone, icon) = match alert.severity {
        _ if !alert.is_open() => ("idle", "done"),
        AlertSeverity::Critical => ("bad", "down"),
        AlertSeverity::Warning => ("warn", "drift"),
        AlertSeverity::Notice => ("info", "info"),
    };
    let word = sentence(alert.severity.as_str());
    view! { <span class="status" data-tone=tone><Icon name=icon/>{word}</span> }.into_any()
}
