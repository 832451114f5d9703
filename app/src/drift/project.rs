//! The drift of one project: every level, its findings, and what it is compared with.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{
    Action, Baseline, CommitSha, DriftFinding, DriftLevelState, DriftState, ProjectDrift, ProjectId, Target,
};

use super::api::{CheckDrift, get_project_drift};
use super::list::Findings;
use crate::components::{Fact, Facts, PostButton, Section, Table, When, main_content};
use crate::document::Document;
use crate::projects::ProjectPage;
use crate::session::may;

/// The page.
pub(crate) async fn project_drift_page() -> Document {
    let drift = async { get_project_drift(ProjectPage::id()?).await };
    let (page, drift) = futures::join!(ProjectPage::load(), drift);
    let drift = main_content(drift, true, |drift| view! { <Content drift/> });
    page.document("Drift of ", view! { <div class="page" data-page="project-drift">{drift}</div> })
}

#[component]
fn Content(drift: ProjectDrift) -> impl IntoView {
    let ProjectDrift { project_id, levels, findings, baseline, repository_ahead } = drift;
    let (resolved, open): (Vec<DriftFinding>, Vec<DriftFinding>) =
        findings.into_iter().partition(|finding| finding.resolved_at.is_some());
    let open = (!open.is_empty())
        .then(|| view! { <Section id="findings" title="Findings"><Findings findings=open/></Section> });
    let resolved = (!resolved.is_empty())
        .then(|| view! { <Section id="resolved" title="Resolved"><Findings findings=resolved/></Section> });
    view! {
        <div class="split" data-aside="wide">
            <div class="stack">{open}<Levels project=project_id levels/>{resolved}</div>
            <aside class="stack aside"><Compared baseline ahead=repository_ahead/></aside>
        </div>
    }
    .into_any()
}

#[component]
fn Levels(project: ProjectId, levels: Vec<DriftLevelState>) -> impl IntoView {
    let check = may(Action::DriftCheck, Target::Project(&project)).then(|| {
        let fields = vec![("id", project.to_string())];
        view! { <PostButton action=CheckDrift::url() fields text="Check now" busy="Checking" size="s"/> }
            .into_any()
    });
    let rows = levels.into_iter().map(|level| view! { <Row level/> }).collect_view();
    view! {
        <Section id="levels" title="Levels" beside=check>
            <Table label="Levels" heads=&["Level", "State", "Checked"] figures=&["Checked"] stack=true>{rows}</Table>
        </Section>
    }
    .into_any()
}

#[component]
fn Row(level: DriftLevelState) -> impl IntoView {
    let (tone, word) = match level.state {
        DriftState::InSync => ("ok", "In sync"),
        DriftState::Drifted => ("warn", "Drifted"),
        DriftState::Unknown => ("unknown", "Unknown"),
        DriftState::NotCompared => ("idle", "Not compared"),
    };
    let since = level.unknown_since.map(|since| view! { " since "<When at=since/> });
    let note = level.note.map(|note| view! { <small>{note}</small> });
    view! {
        <tr data-level=level.level.as_str()>
            <th scope="row" title=level.level.help()>{level.level.label()}</th>
            <td data-tone=tone>{word}{since}{note}</td>
            <td class="num soft">{level.checked_at.map(|at| view! { <When at/> })}</td>
        </tr>
    }
    .into_any()
}

/// The baseline, and what is newer in the repository.
#[component]
fn Compared(baseline: Option<Baseline>, ahead: Option<CommitSha>) -> impl IntoView {
    let content = match baseline {
        None => view! { <p class="soft">"Nothing is recorded yet. Catalog and models are recorded when the project runs and was verified."</p> }.into_any(),
        Some(baseline) => view! {
            <Facts>
                <Fact name="Commit"><code>{baseline.commit.short().to_owned()}</code></Fact>
                <Fact name="Release"><span class="mono break">{baseline.release}</span></Fact>
                <Fact name="Version"><span class="mono">{baseline.version}</span></Fact>
                <Fact name="Recorded"><When at=baseline.recorded_at/></Fact>
                {baseline.operation_id.map(|id| view! { <Fact name="Operation"><a class="link" href=format!("/operations/{id}")>"Open the operation"</a></Fact> })}
            </Facts>
        }
        .into_any(),
    };
    let ahead = ahead.map(|commit| {
        let text =
            format!("The repository is ahead: {} is the newest commit of the schema file.", commit.short());
        view! { <p class="soft" data-repository="ahead">{text}</p> }
    });
    view! { <Section id="baseline" title="Baseline">{content}{ahead}</Section> }.into_any()
}
