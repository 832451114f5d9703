//! Projects that need an operator, worst first: the reason, since when (if known), and a link to the remedy.

use leptos::prelude::*;
use model::{Action, Health, OperationId, Project, ProjectStatus, Sync, Target};
use time::OffsetDateTime;

use crate::components::{FreezeRegion, FrozenRow, Icon, Interaction, PostButton, ProblemBanner, When};
use crate::error::AppError;
use crate::operations::api::RetryOperation;
use crate::session::may;
use crate::text::count;

/// Why a project needs an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    id: String,
    tone: &'static str,
    icon: &'static str,
    what: String,
    detail: String,
    since: Option<Since>,
    ways: Vec<Way>,
}

/// Since when, as far as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Since {
    words: &'static str,
    at: OffsetDateTime,
}

/// The remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Why(OperationId),
    Retry(OperationId),
    ChangeCommit,
    Log,
    Open,
    Compare,
}

impl Way {
    /// Whether the caller may take it.
    fn is_open_for(self, project: &str) -> bool {
        let Ok(id) = project.parse() else { return true };
        let needed = match self {
            Self::Retry(_) => Action::OperationRetry,
            Self::ChangeCommit => Action::ProjectDeploy,
            Self::Log => Action::ProjectLogs,
            Self::Why(_) | Self::Open | Self::Compare => Action::ProjectView,
        };
        may(needed, Target::Project(&id))
    }
}

impl FrozenRow for Need {
    type Id = String;

    fn id(&self) -> String {
        self.id.clone()
    }
}

/// The list of projects that need an operator. Renders nothing if there are none.
#[component]
pub(super) fn Attention(
    needs: Vec<Need>,
    interaction: Interaction,
    /// Created with the page, because its answer outlives the row.
    retry: ServerAction<RetryOperation>,
) -> impl IntoView {
    let number = needs.len();
    let refused =
        Signal::derive(move || retry.value().get().and_then(Result::err).map(AppError::into_problem));
    let rows = needs.into_iter().map(|need| view! { <Row need retry/> }).collect_view();
    (number > 0).then(|| {
        view! {
            <section class="section attention-box" aria-labelledby="needs">
                <header>
                    <h2 id="needs">"Needs attention"</h2>
                    <span class="count">{number}</span>
                </header>
                <ProblemBanner problem=refused/>
                <FreezeRegion interaction><ol class="attention">{rows}</ol></FreezeRegion>
            </section>
        }
    })
}

#[component]
fn Row(need: Need, retry: ServerAction<RetryOperation>) -> impl IntoView {
    let id = need.id.clone();
    let ways = need
        .ways
        .into_iter()
        .filter(|way| way.is_open_for(&id))
        .map(|way| view! { <Button way id=id.clone() retry/> })
        .collect_view();
    let since = need.since.map(|since| view! { {since.words} " " <When at=since.at/> });
    view! {
        <li data-tone=need.tone>
            <Icon name=need.icon/>
            <a class="strong" href=format!("/projects/{id}")>{id.clone()}</a>
            <p title=need.detail.clone()>{need.what}<span class="faint">{need.detail.clone()}</span></p>
            <span class="since soft">{since}</span>
            <div class="buttons">{ways}</div>
        </li>
    }
    .into_any()
}

#[component]
fn Button(way: Way, id: String, retry: ServerAction<RetryOperation>) -> impl IntoView {
    let page = format!("/projects/{id}");
    let (href, text) = match way {
        Way::Retry(operation) => {
            let (fields, label) = (vec![("id", operation.to_string())], format!("Retry {id}"));
            return view! { <PostButton action=retry fields text="Retry" label=label size="s"/> }.into_any();
        }
        Way::Why(operation) => (format!("/operations/{operation}"), "Read why"),
        Way::ChangeCommit => (format!("{page}/settings#change-commit"), "Change commit"),
        Way::Log => (format!("{page}/logs"), "Read log"),
        Way::Open => (page, "Open"),
        Way::Compare => (page, "Compare"),
    };
    view! { <a class="button" data-size="s" href=href aria-label=format!("{text}: {id}")>{text}</a> }
        .into_any()
}

/// The projects that need an operator, in the order of `projects`.
pub(super) fn needs(projects: &[Project]) -> Vec<Need> {
    projects.iter().filter_map(need).collect()
}

fn need(project: &Project) -> Option<Need> {
    let (health, sync) = (project.health(), project.sync());
    let (tone, icon) = match (health, &sync) {
        (Health::Down, _) => ("bad", "down"),
        (Health::Degraded, _) => ("warn", "degraded"),
        (Health::Unknown, _) => ("unknown", "unknown"),
        (Health::Healthy | Health::Suspended, Sync::OutOfSync(_)) => ("warn", "drift"),
        (Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended, _) => return None,
    };
    let (what, detail) = reason(project, health, &sync);
    let (since, ways) = (since(project, health), ways(project, health));
    Some(Need { id: project.id.to_string(), tone, icon, what, detail, since, ways })
}

fn reason(project: &Project, health: Health, sync: &Sync) -> (String, String) {
    let ill = matches!(health, Health::Down | Health::Degraded | Health::Unknown);
    if let Some(problem) = project.problem.as_ref().filter(|_| ill) {
        return (problem.title.clone(), problem.detail.clone());
    }
    let (what, detail) = match health {
        Health::Down => ("Its instance does not answer", "It is restarted automatically."),
        Health::Degraded => ("It answers, but not through the gateway", "Its route is missing."),
        Health::Unknown => ("State unknown", "It may be running; it was not checked yet."),
        Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended => {
            let drifts = sync.drifts();
            let levels: Vec<&str> = drifts.iter().map(|drift| drift.level.label()).collect();
            let what = format!("{}: {}", count(drifts.len(), "drift", "drifts"), levels.join(", "));
            return (what, "It does not match its desired state.".into());
        }
    };
    (what.into(), detail.into())
}

/// Since when the project has this health, as far as recorded.
fn since(project: &Project, health: Health) -> Option<Since> {
    match health {
        Health::Unknown => Some(Since { words: "last checked", at: project.observed.at }),
        _ if project.status == ProjectStatus::Failed => {
            Some(Since { words: "asked for", at: project.updated_at })
        }
        _ => None,
    }
}

fn ways(project: &Project, health: Health) -> Vec<Way> {
    let failed = project.problem.as_ref().and_then(|problem| problem.operation);
    let never_ran = project.schema_version.is_none();
    match (health, failed) {
        (Health::Down | Health::Degraded, Some(operation)) => {
            let mut ways = vec![Way::Why(operation), Way::Retry(operation)];
            ways.extend(never_ran.then_some(Way::ChangeCommit));
            ways
        }
        (Health::Down | Health::Degraded, None) => vec![Way::Log, Way::Open],
        (Health::Unknown, _) => vec![Way::Open],
        (Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended, _) => {
            vec![Way::Compare]
        }
    }
}

#[cfg(test)]
mod tests;
