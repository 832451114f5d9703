//! Projects that need an operator, worst first: the reason, since when (if known), and a link to the remedy.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Attention, Health, Project, ProjectId, Remedy, Since, Target};

use crate::components::{HeldRows, Icon, PostButton, When};
use crate::operations::api::RetryOperation;
use crate::session::may;
use crate::text::thousands;

/// Maximum number of rows; one outage of a part can concern every project.
const SHOWN: usize = 50;

/// Whether the caller may apply the remedy.
fn is_permitted(remedy: Remedy, project: &ProjectId) -> bool {
    let needed = match remedy {
        Remedy::Retry(_) => Action::OperationRetry,
        Remedy::ChangeCommit => Action::ProjectDeploy,
        Remedy::ReadLog => Action::ProjectLogs,
        Remedy::ReadOperation(_) | Remedy::Open | Remedy::Compare => Action::ProjectView,
    };
    may(needed, Target::Project(project))
}

/// The list of projects that need an operator. Renders nothing if there are none.
pub(super) fn attention(projects: &[Project]) -> AnyView {
    let needs: Vec<(&Project, Attention)> =
        projects.iter().filter_map(|project| Some((project, project.attention()?))).collect();
    if needs.is_empty() {
        return ().into_any();
    }
    let number = needs.len();
    let more = (number > SHOWN).then(|| {
        let text = format!("{} more are in the list below.", thousands(number - SHOWN));
        view! { <p class="soft">{text}</p> }
    });
    let rows: Vec<AnyView> =
        needs.into_iter().take(SHOWN).map(|(project, need)| row(project, need)).collect();
    view! {
        <section class="section attention-box" aria-labelledby="needs">
            <header>
                <h2 id="needs">"Needs attention"</h2>
                <span class="count">{thousands(number)}</span>
            </header>
            <HeldRows><ol class="attention">{rows}</ol></HeldRows>
            {more}
        </section>
    }
    .into_any()
}

fn row(project: &Project, attention: Attention) -> AnyView {
    let id = &project.id;
    let (tone, icon) = match attention.health {
        Health::Down => ("bad", "down"),
        Health::Degraded => ("warn", "degraded"),
        Health::Unknown => ("unknown", "unknown"),
        Health::Progressing | Health::Maintenance | Health::Healthy | Health::Suspended => ("warn", "drift"),
    };
    let permitted = attention.remedies.into_iter().filter(|remedy| is_permitted(*remedy, id));
    let buttons: Vec<AnyView> = permitted.map(|remedy| button(remedy, id)).collect();
    let health = attention.health;
    let since = attention.since.map(|since| view! { {words(since, health)} " " <When at=since.at()/> });
    view! {
        <li data-tone=tone data-row=id.to_string()>
            <Icon name=icon/>
            <a class="strong" href=format!("/projects/{id}")>{project.display_name.clone()}</a>
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

fn button(remedy: Remedy, id: &ProjectId) -> AnyView {
    let page = format!("/projects/{id}");
    let (href, text) = match remedy {
        Remedy::Retry(operation) => {
            let (fields, label) = (vec![("id", operation.to_string())], format!("Retry {id}"));
            return view! { <PostButton action=RetryOperation::url() fields text="Retry" label=label size="s"/> }
                .into_any();
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
