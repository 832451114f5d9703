//! Removal of an orphan. It is guarded, because the instance may still serve requests.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Orphan, Problem, ProjectId, Target};

use super::api::{RemoveOrphan, get_orphan};
use crate::address::segment;
use crate::components::{Banner, Confirm, Crumb, PageHead, PostButton, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::permitted;

const TITLE: &str = "Remove an instance";

/// The confirmation page.
pub(crate) async fn remove_orphan_page() -> Document {
    let orphan = orphan(segment(1).parse().ok()).await;
    let question =
        |orphan| permitted(Action::OrphanRemove, Target::Fleet, || view! { <RemoveQuestion orphan/> });
    let content = view! {
        <div class="page" data-page="confirm">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/", "Fleet")]/>
            <div data-dialog-content="">{main_content(orphan, true, question)}</div>
        </div>
    };
    Document::new(TITLE, Subject::Nothing, content)
}

async fn orphan(id: Option<ProjectId>) -> Result<Orphan, AppError> {
    let id = id.ok_or_else(|| Problem::not_found("such instance"))?;
    get_orphan(id).await
}

/// The question: effects of the removal, and the button; or how far a removal is that is under way.
#[component]
fn RemoveQuestion(orphan: Orphan) -> impl IntoView {
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
    let fields = vec![("id", orphan.id.to_string())];
    let will = removes(&orphan);
    view! {
        <Confirm question=format!("Remove what is left of {}?", orphan.id) will back="/">
            <PostButton action=RemoveOrphan::url() fields text="Remove instance" busy="Removing instance" kind="danger"/>
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
