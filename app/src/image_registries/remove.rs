//! Removal of an image registry. It is guarded, because its credential is destroyed. Dialog and page have the same
//! content.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Action, ImageRegistry, ImageRegistryId, Problem, Target};

use super::api::{RemoveImageRegistry, get_image_registries};
use crate::components::{
    Confirm, Crumb, Load, PageHead, PostButton, ProblemBanner, Removed, close_dialog, refusal,
};
use crate::data::fetched;
use crate::error::AppError;
use crate::session::permitted;

/// The page.
#[component]
pub(crate) fn RemoveImageRegistryPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<ImageRegistryId>().ok());
    let registry = fetched(
        || (),
        move |()| async move {
            let listed = get_image_registries().await?.registries;
            let known = listed.into_iter().find(|known| Some(known.id) == id);
            known.ok_or_else(|| AppError::from(Problem::not_found("such image registry")))
        },
    );
    view! {
        <div class="page" data-page="confirm">
            <PageHead title="Remove an image registry" crumbs=vec![Crumb::new("/settings", "Settings")]/>
            <Load data=registry main=true titled=true children=|registry| permitted(Action::ImageRegistryRemove, Target::Fleet, || view! { <RemoveQuestion registry/> })/>
        </div>
    }
    .into_any()
}

/// The confirmation.
#[component]
pub(super) fn RemoveQuestion(registry: ImageRegistry) -> impl IntoView {
    let remove = ServerAction::<RemoveImageRegistry>::new();
    let refused = refusal(remove);
    Effect::new(move |_| {
        if let Some(Ok(())) = remove.value().get() {
            close_dialog();
            Removed::<ImageRegistry>::count();
        }
    });
    let fields = vec![("id", registry.id.to_string())];
    view! {
        <ProblemBanner problem=refused/>
        <Confirm question=format!("Remove {}?", registry.host) will=removes(&registry) back="/settings">
            <PostButton action=remove fields text="Remove registry" kind="danger"/>
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
