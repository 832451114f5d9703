//! The form that changes when a clone is removed.

use leptos::prelude::*;
use model::{Action, Project, ProjectOrigin, Target};

use super::api::SetExpiry;
use crate::components::{ActCommand, Attempt, Banner, CommandForm, Submit, TextField, main_content};
use crate::document::Document;
use crate::projects::ProjectPage;
use crate::session::permitted;

/// The page.
pub(crate) async fn expiry_page() -> Document {
    ProjectPage::load().await.document_with("Expiry of ", |view| {
        let content = main_content(view, true, |view| {
            let heading = format!("Change the expiry of {}", view.project.id);
            view! { <div class="stack"><h2>{heading}</h2>{body(&view.project)}</div> }
        });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

fn body(project: &Project) -> AnyView {
    let Some(origin) = project.origin.as_ref().filter(|origin| origin.is_clone()) else {
        let detail = "Only clones are removed at a time. Nothing has to be changed here.";
        return view! { <Banner tone="idle" icon="info" title="The project does not expire" detail/> }
            .into_any();
    };
    permitted(Action::ProjectExpiry, Target::Project(&project.id), || {
        view! { <Form id=project.id.to_string() origin=origin.clone()/> }.into_any()
    })
}

#[component]
fn Form(id: String, origin: ProjectOrigin) -> impl IntoView {
    let attempt = Attempt::of::<SetExpiry>();
    let typed = attempt.typed_text("expires").unwrap_or_default();
    let back = format!("/projects/{id}");
    let text = format!(
        "{id} is a clone of {}. When it expires, it is removed with its database and its uploads.",
        origin.source
    );
    view! {
        <p>{text}</p>
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <TextField id="expires" name="expires" label="Expires after" text=typed fault=attempt.fault("expires")
                hint="From now on: 12h or 7d, at most 90d. Empty: 7 days."/>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text="Change the expiry" busy="Saving"/>
                <ActCommand/>
            </div>
        </CommandForm>
    }
    .into_any()
}
