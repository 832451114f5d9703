//! Removal of an image registry. It is guarded, because its credential is destroyed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, ImageRegistry, ImageRegistryId, Problem, Target};

use super::api::{RemoveImageRegistry, get_image_registries};
use crate::address::segment;
use crate::components::{Confirm, Crumb, PageHead, PostButton, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::permitted;

const TITLE: &str = "Remove an image registry";

/// The confirmation page.
pub(crate) async fn remove_image_registry_page() -> Document {
    let registry = image_registry(segment(2).parse().ok()).await;
    let question = |registry| {
        permitted(Action::ImageRegistryRemove, Target::Fleet, || view! { <RemoveQuestion registry/> })
    };
    let content = view! {
        <div class="page" data-page="confirm">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/settings", "Settings")]/>
            <div data-dialog-content="">{main_content(registry, true, question)}</div>
        </div>
    };
    Document::new(TITLE, Subject::Nothing, content)
}

async fn image_registry(id: Option<ImageRegistryId>) -> Result<ImageRegistry, AppError> {
    let known = get_image_registries().await?.registries.into_iter().find(|known| Some(known.id) == id);
    known.ok_or_else(|| Problem::not_found("such image registry").into())
}

/// The question: effects of the removal, and the button.
#[component]
fn RemoveQuestion(registry: ImageRegistry) -> impl IntoView {
    let fields = vec![("id", registry.id.to_string())];
    let will = removes(&registry);
    view! {
        <Confirm question=format!("Remove {}?", registry.host) will back="/settings">
            <PostButton action=RemoveImageRegistry::url() fields text="Remove registry" busy="Removing registry" kind="danger"/>
        </Confirm>
    }
    .into_any()
}

fn removes(registry: &ImageRegistry) -> Vec<String> {
    let (host, username) = (&registry.host, &registry.username);
    vec![
        format!(
            "The credential of {username} is deleted from the secret store. To pull from {host} as {username} again you need it."
        ),
        format!(
            "Images of {host} are then pulled without a credential; a private image that the engine does not have cannot be pulled."
        ),
        "Running instances and images on the engine stay. Undo: add the registry again.".to_owned(),
    ]
}
