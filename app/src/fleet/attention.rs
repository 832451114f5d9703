//! What needs a person, worst first: what happened, and where to go.

use leptos::prelude::*;
use model::{Health, Project, Sync};

use crate::components::Icon;
use crate::text::{count, exact};

/// The projects that somebody must look at. Nothing where there are none.
#[component]
pub(crate) fn Attention(projects: Vec<Project>) -> impl IntoView {
    let needs: Vec<Need> = projects.iter().filter_map(need).collect();
    let number = needs.len();
    let rows = needs.into_iter().map(|need| view! { <Row need/> }).collect_view();
    (number > 0).then(|| {
        view! {
            <section class="section attention-box" aria-labelledby="needs">
                <header>
                    <h2 id="needs">"Needs attention"</h2>
                    <span class="count">{number}</span>
                </header>
                <ol class="attention">{rows}</ol>
            </section>
        }
    })
}

#[component]
fn Row(need: Need) -> impl IntoView {
    let page = format!("/projects/{}", need.id);
    view! {
        <li data-health=need.health.as_str()>
            <Icon name=need.icon/>
            <a class="strong" href=page.clone()>{need.id}</a>
            <p title=need.detail.clone()>{need.what}<span class="faint">{need.detail.clone()}</span></p>
            <div class="buttons">
                <a class="button" data-size="s" href=format!("{page}/logs")>"Read log"</a>
                <a class="button" data-size="s" href=page.clone()>"Open"</a>
            </div>
        </li>
    }
    .into_any()
}

/// Why somebody must look.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Need {
    id: String,
    health: Health,
    icon: &'static str,
    what: String,
    detail: String,
}

fn need(project: &Project) -> Option<Need> {
    let (health, sync) = (project.health(), project.sync());
    let said = project.problem.as_ref().map(|problem| (problem.title.clone(), problem.detail.clone()));
    let (what, detail) = match (health, &sync) {
        (Health::Down, _) => said.unwrap_or_else(|| {
            ("Its instance does not answer".into(), "It is started again by itself.".into())
        }),
        (Health::Degraded, _) => said.unwrap_or_else(|| {
            ("It answers, but not through the gateway".into(), "Its route is missing.".into())
        }),
        (Health::Unknown, _) => said.unwrap_or_else(|| {
            (
                "Nobody knows how it is".into(),
                format!("Last seen {}; it may be running.", exact(project.observed.at)),
            )
        }),
        (Health::Healthy | Health::Suspended, Sync::OutOfSync(drifts)) => {
            let what: Vec<&str> = drifts.iter().map(|drift| drift.what.as_str()).collect();
            (
                format!("{}: {}", count(drifts.len(), "drift", "drifts"), what.join(", ")),
                "It is not what was asked for.".into(),
            )
        }
        (Health::Progressing | Health::Healthy | Health::Suspended, _) => return None,
    };
    let icon = if matches!(health, Health::Healthy | Health::Suspended) { "drift" } else { health.as_str() };
    Some(Need { id: project.id.to_string(), health, icon, what, detail })
}
