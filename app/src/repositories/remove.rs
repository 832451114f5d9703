//! Removal of a repository. It is guarded, because its credential is destroyed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Problem, Repository, RepositoryId, Target};

use super::api::{RemoveRepository, get_repositories};
use crate::address::segment;
use crate::components::{Confirm, Crumb, PageHead, PostButton, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::permitted;

const TITLE: &str = "Remove a repository";

/// The confirmation page.
pub(crate) async fn remove_repository_page() -> Document {
    let repository = repository(segment(2).parse().ok()).await;
    let question = |repository| {
        permitted(Action::RepositoryRemove, Target::Fleet, || view! { <RemoveQuestion repository/> })
    };
    let content = view! {
        <div class="page" data-page="confirm">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/settings", "Settings")]/>
            <div data-dialog-content="">{main_content(repository, true, question)}</div>
        </div>
    };
    Document::new(TITLE, Subject::Nothing, content)
}

async fn repository(id: Option<RepositoryId>) -> Result<Repository, AppError> {
    let known = get_repositories().await?.into_iter().find(|known| Some(known.id) == id);
    known.ok_or_else(|| Problem::not_found("such repository").into())
}

/// The question: effects of the removal, and the button.
#[component]
fn RemoveQuestion(repository: Repository) -> impl IntoView {
    let fields = vec![("id", repository.id.to_string())];
    let will = removes(&repository);
    view! {
        <Confirm question=format!("Remove {}?", repository.url) will back="/settings">
            <PostButton action=RemoveRepository::url() fields text="Remove repository" busy="Removing repository" kind="danger"/>
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
