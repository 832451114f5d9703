//! One finding: the difference, what closes it, and the decision.

use leptos::prelude::*;
use model::{
    DriftDecision, DriftDecisionKind, DriftFinding, DriftFindingId, DriftFix, DriftSeverity, Problem,
};
use time::OffsetDateTime;

use super::api::get_finding;
use super::decide::Decide;
use crate::address::segment;
use crate::components::{Banner, Crumb, Fact, Facts, PageHead, Section, When, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::text::exact;

/// The page.
pub(crate) async fn finding_page() -> Document {
    let finding = finding().await;
    let heading = finding
        .as_ref()
        .map_or_else(|_| "Drift".to_owned(), |it| format!("{} of {}", it.level.label(), it.project_id));
    let subject = finding.as_ref().map_or(Subject::Nothing, |it| Subject::Project(it.project_id.clone()));
    let content = view! {
        <div class="page" data-page="finding">
            <PageHead title=heading.clone() crumbs=vec![Crumb::new("/drift", "Drift")]/>
            {main_content(finding, true, |finding| view! { <Content finding/> })}
        </div>
    };
    Document::new(heading, subject, content)
}

/// The finding that the address names; an id that is none answers "not found".
async fn finding() -> Result<DriftFinding, AppError> {
    let text = segment(1);
    let id: DriftFindingId = text.parse().map_err(|_| Problem::not_found(format!("finding {text}")))?;
    get_finding(id).await
}

#[component]
fn Content(finding: DriftFinding) -> impl IntoView {
    let (lines, fix, help) = (finding.diff.clone(), finding.fix(), finding.level.help());
    view! {
        <State finding=finding.clone()/>
        <div class="split" data-aside="wide">
            <div class="stack">
                <Section id="difference" title="Difference">
                    <p class="soft">{help}" + is not declared, - is missing, ~ is different."</p>
                    <Lines label="Difference" lines/>
                </Section>
                <Closes fix/>
                <Decide finding=finding.clone()/>
            </div>
            <aside class="stack aside"><FindingFacts finding/></aside>
        </div>
    }
    .into_any()
}

/// Whether it waits for a decision, and what was decided.
#[component]
fn State(finding: DriftFinding) -> impl IntoView {
    let id = &finding.project_id;
    let decided = |decision: &DriftDecision| format!("By {}: {}", decision.by.label(), decision.reason);
    let detail = finding.decision.as_ref().map(decided);
    let (tone, title, detail) = match finding.state(OffsetDateTime::now_utc()) {
        "resolved" => {
            ("ok", "Resolved", detail.unwrap_or_else(|| format!("{id} is what was declared again.")))
        }
        "accepted" => ("idle", "Accepted", detail.unwrap_or_default()),
        "snoozed" => ("idle", "Snoozed", detail.unwrap_or_default()),
        "unknown" => (
            "unknown",
            "Unknown",
            "The level cannot be observed now. The last known difference is shown.".to_owned(),
        ),
        _ if finding.severity == DriftSeverity::Notice => {
            ("warn", "Open", "The control plane closes this level by itself.".to_owned())
        }
        _ => (
            "warn",
            "Waits for a decision",
            "Nothing is changed by itself. What can be done is below.".to_owned(),
        ),
    };
    view! { <Banner tone icon="drift" title detail/> }.into_any()
}

/// Lines as they are, of which the long ones wrap.
#[component]
pub(super) fn Lines(label: &'static str, lines: Vec<String>) -> impl IntoView {
    let lines = lines.into_iter().map(|line| {
        let sign = match line.chars().next() {
            Some('+') => "new",
            Some('-') => "gone",
            _ => "changed",
        };
        view! { <li data-sign=sign>{line}</li> }
    });
    view! { <ul class="code changes" tabindex="0" aria-label=label>{lines.collect_view()}</ul> }.into_any()
}

/// What closes the finding.
#[component]
fn Closes(fix: DriftFix) -> impl IntoView {
    let content = match fix {
        DriftFix::Operation { what } => view! { <p>{what}"."</p> }.into_any(),
        DriftFix::ByHand { what, sql } => {
            let sql = (!sql.is_empty()).then(
                || view! { <pre class="code changes" tabindex="0" aria-label="SQL">{sql.join("\n")}</pre> },
            );
            view! { <p>{what}</p>{sql} }.into_any()
        }
    };
    view! { <Section id="closes" title="What closes it">{content}</Section> }.into_any()
}

#[component]
fn FindingFacts(finding: DriftFinding) -> impl IntoView {
    let id = finding.project_id.clone();
    let unknown = finding.unknown_since;
    let snooze =
        |decision: &DriftDecision| decision.until.filter(|_| decision.kind == DriftDecisionKind::Snooze);
    let until = finding.decision.as_ref().and_then(snooze);
    view! {
        <Section id="facts" title="Finding">
            <Facts>
                <Fact name="Project"><a class="link" href=format!("/projects/{id}/drift")>{id.to_string()}</a></Fact>
                <Fact name="First seen"><When at=finding.first_seen/></Fact>
                <Fact name="Changed"><When at=finding.changed_at/></Fact>
                <Fact name="Last seen"><When at=finding.last_seen/></Fact>
                {unknown.map(|since| view! { <Fact name="Unknown since"><When at=since/></Fact> })}
                {finding.resolved_at.map(|at| view! { <Fact name="Resolved"><When at/></Fact> })}
                {until.map(|until| view! { <Fact name="Snoozed until">{exact(until)}</Fact> })}
            </Facts>
        </Section>
    }
    .into_any()
}
