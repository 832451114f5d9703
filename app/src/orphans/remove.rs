//! Removal of an orphan. It is guarded, because the instance may still serve requests. Dialog and page have the same
//! content.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Action, Orphan, Problem, ProjectId, Target};

use super::api::{RemoveOrphan, get_orphan};
use crate::components::{
    Banner, Confirm, Crumb, Load, PageHead, PostButton, ProblemBanner, Removed, close_dialog, refusal,
};
use crate::data::fetched;
use crate::error::AppError;
use crate::session::permitted;

/// The page.
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
            <Load data=orphan main=true titled=true children=|orphan| permitted(Action::OrphanRemove, Target::Fleet, || view! { <RemoveQuestion orphan/> })/>
        </div>
    }
    .into_any()
}

/// The confirmation.
#[component]
pub(super) fn RemoveQuestion(orphan: Orphan) -> impl IntoView {
    if let Some(removal) = orphan.removal {
        let detail = format!("{}. {}.", orphan.id, removal.text());
        let operation = format!("/operations/{}", removal.operation);
        return view! {
            <Banner tone="move" icon="progressing" title="The removal is under way" detail>
                <a class="button" data-size="s" href=operation>"Open the operation"</a>
            </Banner>
        }
        .into_any();
    }
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
        <Confirm question=format!("Remove what is left of {}?", orphan.id) will=removes(&orphan) back="/">
            <PostButton action=remove fields text="Remove instance" busy="Opening the job" kind="danger"/>
        </Confirm>
    }
    .into_any()
}

fn removes(orphan: &Orphan) -> Vec<String> {
    let route = (!orphan.hosts.is_empty()).then(|| {
        let names = orphan.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        format!("The gateway stops routing {names}.")
    });
    let instance = orphan.instance.as_ref().map(|instance| {
        if instance.exit.is_none() {
            let address = &instance.address;
            format!("The instance is stopped, and killed if it does not stop in time. {address} is no longer served.")
        } else {
            format!("The instance is not running: it {}.", orphan.state())
        }
    });
    let rest = [
        "The instance, its log and its private network are deleted.".to_owned(),
        "Media, schema folder, database and secrets stay.".to_owned(),
        "This cannot be undone. A project with the same id starts an instance of its own.".to_owned(),
    ];
    route.into_iter().chain(instance).chain(rest).collect()
}
