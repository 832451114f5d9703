//! Projects that need an operator, worst first: the reason, since when (if known), and a link to the remedy.

use leptos::prelude::*;
use model::{Action, Health, Project, Remedy, Since, Target};

use crate::components::{FreezeRegion, FrozenRow, Icon, Interaction, PostButton, ProblemBanner, When};
use crate::error::AppError;
use crate::operations::api::RetryOperation;
use crate::session::may;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    id: String,
    tone: &'static str,
    icon: &'static str,
    attention: model::Attention,
}

/// Whether the caller may apply the remedy.
fn is_permitted(remedy: Remedy, project: &str) -> bool {
    let Ok(id) = project.parse() else { return true };
    let needed = match remedy {
        Remedy::Retry(_) => Action::OperationRetry,
        Remedy::ChangeCommit => Action::ProjectDeploy,
        Remedy::ReadLog => Action::ProjectLogs,
        Remedy::ReadOperation(_) | Remedy::Open | Remedy::Compare => Action::ProjectView,
    };
    may(needed, Target::Project(&id))
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
    let (id, attention) = (need.id.clone(), need.attention);
    let remedy = |remedy| view! { <Button remedy id=id.clone() retry/> };
    let buttons =
        attention.remedies.into_iter().filter(|remedy| is_permitted(*remedy, &id)).map(remedy).collect_view();
    let health = attention.health;
    let since = attention.since.map(|since| view! { {words(since, health)} " " <When at=since.at()/> });
    view! {
        <li data-tone=need.tone>
            <Icon name=need.icon/>
            <a class="strong" href=format!("/projects/{id}")>{id.clone()}</a>
            <p title=attention.detail.clone()>{attention.what}<span class="faint">{attention.detail.clone()}</span></p>
            <span class="since soft">{since}</span>
            <div class="buttons">{buttons}</div>
        </li>
    }
    .into_any()
}

/// The words before the time: `down since`.
fn words(since: Since, health: Health) -> String {
    match since {
        Since::Began(_) => format!("{health} since"),
        Since::Observed(_) => "last observed".into(),
        Since::Requested(_) => "requested".into(),
    }
}

#[component]
fn Button(remedy: Remedy, id: String, retry: ServerAction<RetryOperation>) -> impl IntoView {
    let page = format!("/projects/{id}");
    let (href, text) = match remedy {
        Remedy::Retry(operation) => {
            let (fields, label) = (vec![("id", operation.to_string())], format!("Retry {id}"));
            return view! { <PostButton action=retry fields text="Retry" label=label size="s"/> }.into_any();
        }
        Remedy::ReadOperation(operation) => (format!("/operations/{operation}"), "Read why"),
        Remedy::ChangeCommit => (format!("{page}/settings#change-commit"), "Change commit"),
        Remedy::ReadLog => (format!("{page}/logs"), "Read log"),
        Remedy::Open => (page, "Open"),
        Remedy::Compare => (page, "Compare"),
    };
    view! { <a class="button" data-size="s" href=href aria-label=format!("{text}: {id}")>{text}</a> }
        .into_any()
}

/// The projects that need an operator, in the order of `projects`.
pub(super) fn needs(projects: &[Project]) -> Vec<Need> {
    projects.iter().filter_map(need).collect()
}

fn need(project: &Project) -> Option<Need> {
    let attention = project.attention()?;
    let (tone, icon) = match attention.health {
        Health::Down => ("bad", "down"),
        Health::Degraded => ("warn", "degraded"),
        Health::Unknown => ("unknown", "unknown"),
        Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended => ("warn", "drift"),
    };
    Some(Need { id: project.id.to_string(), tone, icon, attention })
}
