//! Removing an instance that is left of a project: it may still answer somebody, so it is asked before. The same stands in a
//! dialog and on a page.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Orphan, Problem, ProjectId};

use super::api::{RemoveOrphan, get_orphan};
use crate::components::{
    Confirm, Crumb, Load, PageHead, PostButton, ProblemBanner, Removed, close_dialog, refusal,
};
use crate::data::fetched;
use crate::error::AppError;

/// The page of "Remove".
#[component]
pub(crate) fn RemoveOrphanPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<ProjectId>().ok());
    let orphan = fetched(
        || (),
        move |()| {
            let id = id.clone().ok_or_else(|| AppError::from(Problem::not_found("such instance")));
            async move { get_orphan(id?).await }
        },
    );
    view! {
        <div class="page" data-page="confirm">
            <PageHead title="Remove an instance" crumbs=vec![Crumb::new("/", "Fleet")]/>
            <Load data=orphan main=true titled=true children=|orphan| view! { <RemoveQuestion orphan/> }/>
        </div>
    }
    .into_any()
}

/// What is removed, what stays, and the button.
#[component]
pub(super) fn RemoveQuestion(orphan: Orphan) -> impl IntoView {
    let remove = ServerAction::<RemoveOrphan>::new();
    let refused = refusal(remove);
    Effect::new(move |_| {
        if let Some(Ok(())) = remove.value().get() {
            close_dialog();
            Removed::<Orphan>::count();
        }
    });
    let fields = vec![("id", orphan.id.to_string())];
    view! {
        <ProblemBanner problem=refused/>
        <Confirm question=format!("Remove the instance of {}?", orphan.id) will=removes(&orphan) back="/">
            <PostButton action=remove fields text="Remove instance" busy="Removing instance" kind="danger"/>
        </Confirm>
    }
    .into_any()
}

fn removes(orphan: &Orphan) -> Vec<String> {
    let stop = if orphan.exit.is_none() {
        format!(
            "It is asked to end, and killed where it does not. Nothing listens at {} any more.",
            orphan.address
        )
    } else {
        format!("It does not run: it {}.", orphan.state())
    };
    vec![
        stop,
        "The instance, its log and its private network are removed.".to_owned(),
        "Media, the folder of its schema, its database and its secrets stay where they are.".to_owned(),
        "There is no undo; a project of the same id starts an instance of its own.".to_owned(),
    ]
}
