//! The generated password of a project's first admin: shown once.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::ProjectId;
#[cfg(feature = "ssr")]
use model::{Problem, ProblemKind};

use super::api;
use crate::components::{PostButton, ProblemBanner, ShownOnce};
use crate::error::AppError;
use crate::session::Flashes;

/// What is told when there is none to show.
#[cfg(feature = "ssr")]
pub(super) fn gone() -> Problem {
    let detail = "None was made, or it was shown already: it is shown once. Inside the project an admin can set another.";
    Problem::new(ProblemKind::NotFound, "There is no password to show", detail)
}

/// The button, and then the password.
#[component]
pub(crate) fn AdminPassword(id: ProjectId) -> impl IntoView {
    let show = ServerAction::<api::AdminPassword>::new();
    let flashes = Flashes::current();
    let refused =
        Signal::derive(move || show.value().get().and_then(Result::err).map(AppError::into_problem));
    let shown = move || show.value().get().and_then(Result::ok).flatten();
    let subject = id.to_string();
    let kept = move || {
        let subject = subject.clone();
        Suspend::new(async move {
            let kept =
                flashes.shown(api::AdminPassword::url()).await.filter(|shown| shown.subject == subject);
            kept.map(|shown| view! { <ShownOnce title=title(&shown.subject) secret=shown.secret/> })
        })
    };
    view! {
        <div class="reveal">
            <ProblemBanner problem=refused/>
            <Transition>{kept}</Transition>
            {move || shown().map(|shown| view! { <ShownOnce title=title(&shown.subject) secret=shown.secret/> })}
            <PostButton action=show fields=vec![("id", id.to_string())] text="Show the first admin's password" icon="key"/>
            <p class="hint">"Made when the project was created with an e-mail address of its first admin. It is shown once."</p>
        </div>
    }
    .into_any()
}

fn title(project: &str) -> String {
    format!("Password of the first admin of {project}")
}
