//! The form of a clone: what it gets, and for how long the source pauses.

use leptos::prelude::*;
use model::{Action, ClonePlan, Target};

use super::api::{CloneProject, get_clone_plan};
use super::form::CloneForm;
use crate::backups::left_out;
use crate::components::{ActCommand, Attempt, CommandForm, Input, Submit, TextField, main_content};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::session::permitted;
use crate::text::took_ms;

/// The page.
pub(crate) async fn clone_page() -> Document {
    let plan = async { get_clone_plan(ProjectPage::id()?).await };
    let (page, plan) = futures::join!(ProjectPage::load(), plan);
    page.document_with("Clone ", |view| {
        let content = main_content(view, true, |view| {
            let id = view.project.id;
            let form = permitted(Action::ProjectClone, Target::Project(&id), || view! { <Planned plan/> });
            view! { <div class="stack"><h2>{format!("Clone {id}")}</h2>{form}</div> }
        });
        view! { <div class="page" data-page="confirm">{content}</div> }
    })
}

#[component]
fn Planned(plan: Result<ClonePlan, AppError>) -> impl IntoView {
    main_content(plan, true, |plan| {
        let lines = effects(&plan).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! {
            <ol class="will">{lines}</ol>
            <Form source=plan.source.to_string()/>
        }
    })
}

/// What happens, in order. The pause comes first.
fn effects(plan: &ClonePlan) -> Vec<String> {
    let source = &plan.source;
    let pause = match (plan.pause_ms, plan.bytes) {
        (Some(millis), Some(bytes)) => format!("about {} for {bytes}", took_ms(millis)),
        _ => "some seconds; the size is not known".to_owned(),
    };
    vec![
        format!(
            "The connections of {source} to its database are ended, and it takes none while the server copies it: {pause}. Requests to {source} that need the database fail in that time."
        ),
        "The clone gets the copy, the uploads, a hostname, secrets and small limits of its own.".to_owned(),
        left_out(&plan.left_out),
        "At its expiry it is removed with its database, without a question: nothing in it is unique. The expiry can be changed."
            .to_owned(),
    ]
}

#[component]
fn Form(source: String) -> impl IntoView {
    let attempt = Attempt::of::<CloneProject>();
    let typed = attempt.typed::<CloneForm>().unwrap_or_default();
    let (back, text) = (format!("/projects/{source}"), format!("Clone {source}"));
    view! {
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="source" value=source/>
            <TextField id="id" name="form[id]" label="Project id of the clone" input=Input::Code text=typed.id required=true
                fault=attempt.fault("id") hint="3 to 40 of a to z, 0 to 9 and hyphen, starting with a letter."/>
            <TextField id="ref" name="form[ref]" label="Branch, tag or commit" optional="optional" input=Input::Code text=typed.r#ref
                fault=attempt.fault("ref") hint="Of the schema's repository. Empty: the commit of the project."/>
            <TextField id="expires" name="form[expires]" label="Expires after" optional="optional" text=typed.expires
                fault=attempt.fault("expires") hint="12h or 7d, at most 90d. Empty: 7 days."/>
            <TextField id="hostname" name="form[hostname]" label="Hostname" optional="optional" input=Input::Code text=typed.hostname
                fault=attempt.fault("hostname") hint="Empty: the hostname of the project with the new id as its first label."/>
            <TextField id="memory" name="form[memory]" label="Memory limit" optional="optional" text=typed.memory
                fault=attempt.fault("limits.memory") hint="Empty: 256 MiB."/>
            <TextField id="cpu" name="form[cpu]" label="CPU limit" optional="optional" text=typed.cpu
                fault=attempt.fault("limits.cpu") hint="In processors. Empty: 0.5."/>
            <div class="buttons">
                <a class="button" href=back data-close="">"Cancel"</a>
                <Submit text busy="Cloning"/>
                <ActCommand/>
            </div>
        </CommandForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use model::{ByteSize, ClonePlan};

    use super::effects;

    #[test]
    fn the_pause_is_said_before_the_click() {
        let plan = ClonePlan {
            source: "shop".parse().unwrap(),
            bytes: Some(ByteSize::mib(100)),
            pause_ms: Some(1348),
            env: Vec::new(),
            left_out: vec!["API_KEY".parse().unwrap()],
        };
        let lines = effects(&plan);
        assert!(lines[0].contains("about 1.3 s for 104 MB"), "{lines:?}");
        assert!(lines[2].contains("API_KEY"), "{lines:?}");
        let unknown = ClonePlan { bytes: None, pause_ms: None, ..plan };
        assert!(effects(&unknown)[0].contains("the size is not known"));
    }
}
