//! Removal of a repository. It is guarded, because its credential is destroyed. Dialog and page have the same content.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Action, Problem, Repository, RepositoryId, Target};

use super::api::{RemoveRepository, get_repositories};
use crate::components::{Confirm, Load, PageHead, PostButton, ProblemBanner, Removed, close_dialog, refusal};
use crate::data::fetched;
use crate::error::AppError;
use crate::session::permitted;

/// The page.
#[component]
pub(crate) fn RemoveRepositoryPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<RepositoryId>().ok());
    let repository = fetched(
        || (),
        move |()| async move {
            let known = get_repositories().await?.into_iter().find(|known| Some(known.id) == id);
            known.ok_or_else(|| AppError::from(Problem::not_found("such repository")))
        },
    );
    view! {
        <div class="page" data-page="confirm">
            <PageHead title="Remove a repository" crumbs=vec![crate::components::Crumb::new("/settings", "Settings")]/>
            <Load data=repository main=true titled=true children=|repository| permitted(Action::RepositoryRemove, Target::Fleet, || view! { <RemoveQuestion repository/> })/>
        </div>
    }
    .into_any()
}

/// The confirmation.
#[component]
pub(super) fn RemoveQuestion(repository: Repository) -> impl IntoView {
    let remove = ServerAction::<RemoveRepository>::new();
    let refused = refusal(remove);
    Effect::new(move |_| {
        if let Some(Ok(())) = remove.value().get() {
            close_dialog();
            Removed::<Repository>::count();
        }
    });
    let url = repository.url.to_string();
    let fields = vec![("id", repository.id.to_string())];
    view! {
        <ProblemBanner problem=refused/>
        <Confirm question=format!("Remove {url}?") will=removes(&repository) back="/settings">
            <PostButton action=remove fields text="Remove repository" kind="danger"/>
        </Confirm>
    }
    .into_any()
}

fn removes(repository: &Repository) -> Vec<String> {
    let credential = if repository.credential.is_some() {
        "Its credential is deleted from the secret store. To read the repository again you need it."
    } else {
        "It has no credential; nothing is deleted."
    };
    vec![
        credential.to_owned(),
        "It is no longer offered for new projects. A repository that a project uses cannot be removed."
            .to_owned(),
        "The git repository stays unchanged. Undo: add it again.".to_owned(),
    ]
}
