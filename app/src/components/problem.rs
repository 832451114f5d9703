//! A problem on the page: what happened, whether anything was changed, what to do.

use leptos::prelude::*;
use model::{Problem, ProblemKind};

use super::{Banner, Icon};
use crate::address::{Address, with_query};

/// A problem above the form or section that it belongs to.
#[component]
pub(crate) fn ProblemBanner(
    /// Nothing is rendered for `None`.
    problem: Option<Problem>,
) -> impl IntoView {
    problem.map(|problem| {
        let (tone, icon) = (tone(&problem), icon(&problem));
        let (title, detail) = (problem.title.clone(), full(&problem));
        view! {
            <div role="alert" class="banners" data-once="">
                <Banner tone icon title detail><Remedy problem/></Banner>
            </div>
        }
    })
}

/// A problem in place of content that could not be loaded.
#[component]
pub(crate) fn ProblemPanel(
    problem: Problem,
    /// Whether it replaces the whole page, which then has no other heading.
    #[prop(optional)]
    main: bool,
) -> impl IntoView {
    let heading = if main {
        view! { <h1>{problem.title.clone()}</h1> }.into_any()
    } else {
        view! { <h2>{problem.title.clone()}</h2> }.into_any()
    };
    let (tone, icon, detail) = (tone(&problem), icon(&problem), full(&problem));
    view! {
        <div class="empty" role="alert" data-tone=tone>
            <Icon name=icon/>
            {heading}
            <p>{detail}</p>
            <Remedy problem/>
        </div>
    }
    .into_any()
}

/// The link that helps with the problem, if there is one.
#[component]
fn Remedy(problem: Problem) -> impl IntoView {
    let (href, text) = match (problem.kind, problem.operation) {
        (ProblemKind::Unauthenticated, _) => {
            (with_query("/login", &[("next", &Address::current().text)]), "Log in")
        }
        (_, Some(operation)) => (format!("/operations/{operation}"), "Open the operation"),
        (ProblemKind::NotFound, _) => ("/".to_owned(), "Go to the fleet"),
        _ => return None,
    };
    Some(view! { <a class="button" data-size="s" href=href>{text}</a> })
}

fn full(problem: &Problem) -> String {
    match &problem.request_id {
        Some(id) if problem.status >= 500 => format!("{} Request {id}.", problem.detail),
        _ => problem.detail_below_title(),
    }
}

const fn tone(problem: &Problem) -> &'static str {
    match problem.kind {
        ProblemKind::Unavailable | ProblemKind::TooMany => "warn",
        ProblemKind::NotFound | ProblemKind::Unauthenticated => "unknown",
        _ => "bad",
    }
}

const fn icon(problem: &Problem) -> &'static str {
    match problem.kind {
        ProblemKind::Unavailable | ProblemKind::TooMany => "degraded",
        ProblemKind::NotFound | ProblemKind::Unauthenticated => "unknown",
        _ => "down",
    }
}
