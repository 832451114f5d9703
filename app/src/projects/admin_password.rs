//! The generated password of a project's first admin, shown once.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, ProjectId, Target};

use super::api;
use crate::components::{OneTimeSecretPanel, PostButton};
use crate::session::{Flash, may};

/// The button, and after it the password.
#[component]
pub(crate) fn AdminPassword(
    id: ProjectId,
    /// Whether the password was not shown yet.
    waits: bool,
) -> impl IntoView {
    let waits = waits && may(Action::ProjectAdminPassword, Target::Project(&id));
    let action = api::AdminPassword::url();
    let shown = Flash::secret_of(action).filter(|shown| shown.subject == id.as_str()).map(|shown| {
        let title = format!("Password of the first admin of {id}");
        view! { <OneTimeSecretPanel title secret=shown.secret/> }
    });
    view! {
        <div class="reveal">
            {shown}
            {waits.then(|| view! {
                <PostButton action fields=vec![("id", id.to_string())] text="Show the first admin's password" icon="key"/>
                <p class="hint">"Generated when the project was created with the e-mail address of its first admin. It is shown once."</p>
            })}
        </div>
    }
    .into_any()
}
