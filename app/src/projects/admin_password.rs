//! The generated password of a project's first admin, shown once.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::ProjectId;
#[cfg(feature = "ssr")]
use model::{Problem, ProblemKind};

use super::api;
use crate::components::{OneTimeSecretPanel, PostButton, ProblemBanner, answer, refusal};
use crate::session::Flashes;

/// The problem if there is no password to show.
#[cfg(feature = "ssr")]
pub(super) fn gone() -> Problem {
    let detail = "None was generated, or it was shown before; it is shown once. An admin can set a new one inside the project.";
    Problem::new(ProblemKind::NotFound, "No password to show", detail)
}

/// Whether there is one to show: it was made, and nobody has seen it as far as the latest events tell.
#[cfg(feature = "ssr")]
pub(crate) async fn waits(
    context: &crate::call_context::CallContext,
    id: &ProjectId,
) -> crate::call_context::Answer<bool> {
    let secrets = context.plane.secrets().list(&context.op, id).await?;
    if !secrets.iter().any(|secret| secret.platform && secret.name.as_str() == "ADMIN_PASSWORD") {
        return Ok(false);
    }
    let events = context.plane.projects().events(&context.op, id, None).await?;
    Ok(!events.items.iter().any(|event| event.action == "admin_password_shown"))
}

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
