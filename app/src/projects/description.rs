//! Class and labels of a project: form fields and display.

use leptos::prelude::*;
use model::{Project, ProjectClass};

use super::form::description::DescriptionForm;
use crate::address::with_query;
use crate::components::{Attempt, Fact, FieldFault, Input, TextField};
use crate::text::sentence;

/// The fields of the form, named `form[description][class]` and so on.
#[component]
pub(super) fn DescriptionFields(typed: DescriptionForm, attempt: Attempt) -> impl IntoView {
    view! {
        <ClassField class=typed.class attempt=attempt.clone()/>
        <TextField id="labels" name="form[description][labels]" label="Labels" optional="optional, one key=value a line"
            input=Input::Lines text=typed.labels fault=attempt.fault_in("labels")
            hint="Lists are filtered and grouped by labels such as team=shop. At most 32. Changing labels does not restart the instance."/>
    }
    .into_any()
}

/// The choice of the class.
#[component]
fn ClassField(
    /// The selected class; empty: the default.
    class: String,
    attempt: Attempt,
) -> impl IntoView {
    let selected = class.parse().unwrap_or(ProjectClass::default());
    let options = ProjectClass::ALL.map(|class| {
        view! { <option value=class.as_str() selected=class == selected>{sentence(class.as_str())}</option> }
    });
    let fault = attempt.fault("class");
    view! {
        <div class="field">
            <label for="class">"Class"</label>
            <select class="input" id="class" name="form[description][class]" aria-describedby="class-hint class-fault">{options}</select>
            <p class="hint" id="class-hint">"What the project is used for. Default: production. Changing the class does not restart the instance."</p>
            <FieldFault id="class-fault" fault/>
        </div>
    }
    .into_any()
}

/// Whether one of the fields has an error.
pub(super) fn is_faulty(attempt: &Attempt) -> bool {
    attempt.fault("class").is_some() || attempt.fault_in("labels").is_some()
}

/// Class and labels as entries of a list of facts.
#[component]
pub(super) fn DescriptionFacts(project: Project) -> impl IntoView {
    let labels = (!project.labels.is_empty()).then(|| project.labels.to_string());
    view! {
        <Fact name="Class">{project.class.to_string()}</Fact>
        {labels.map(|labels| view! { <Fact name="Labels">{labels}</Fact> })}
    }
    .into_any()
}

/// The class unless it is production, and every label, each as a link to the projects that have it too.
#[component]
pub(super) fn Tags(project: Project) -> impl IntoView {
    let class = Some(project.class).filter(|class| *class != ProjectClass::Production);
    let class = class.map(|class| tag("class", class.as_str(), class.as_str()));
    let labels = project.labels.texts().map(|label| tag("label", &label, &label)).collect_view();
    view! { {class}{labels} }.into_any()
}

fn tag(parameter: &str, value: &str, text: &str) -> AnyView {
    let (href, text) = (with_query("/", &[(parameter, value)]), text.to_owned());
    view! { <a class="tag not-phone" href=href>{text}</a> }.into_any()
}
