//! The generated password of a project's first admin, shown once.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, ProjectId, Target};

use super::api;
use crate::components::{OneTimeSecretPanel, PostButton, ProblemBanner, answer, refusal};
use crate::session::{Flashes, may};

/// The action that reveals the password. Create it outside of reloaded views: its answer is the only copy.
pub(crate) type ShowPassword = ServerAction<api::AdminPassword>;

/// The button, and then the password.
#[component]
pub(crate) fn AdminPassword(
    id: ProjectId,
    show: ShowPassword,
    /// Whether there is a password to show.
    waits: bool,
) -> impl IntoView {
    let waits = waits && may(Action::ProjectAdminPassword, Target::Project(&id));
    let flashes = Flashes::current();
    let refused = refusal(show);
    let shown = answer(show);
    let subject = id.to_string();
    let kept = move || {
        let subject = subject.clone();
        Suspend::new(async move {
            let kept =
                flashes.shown(api::AdminPassword::url()).await.filter(|shown| shown.subject == subject);
            kept.map(|shown| view! { <OneTimeSecretPanel title=title(&shown.subject) secret=shown.secret/> })
        })
    };
    view! {
        <div class="reveal">
            <ProblemBanner problem=refused/>
            <Transition>{kept}</Transition>
            {move || shown.get().flatten().map(|shown| view! { <OneTimeSecretPanel title=title(&shown.subject) secret=shown.secret/> })}
            {waits.then(|| view! {
                <PostButton action=show fields=vec![("id", id.to_string())] text="Show the first admin's password" icon="key"/>
                <p class="hint">"Generated when the project was created with the e-mail address of its first admin. It is shown once."</p>
            })}
        </div>
    }
    .into_any()
}

fn title(project: &str) -> String {
    format!("Password of the first admin of {project}")
}
