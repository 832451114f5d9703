//! The log-in page.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{FieldError, Invalid, Problem, ProblemKind};

use super::Flash;
use super::api::{LogIn, LoginForm, get_session};
use crate::address::query;
use crate::components::{Banner, Input, ProblemBanner, TextField};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::frame::Brand;

/// Log in.
pub(crate) async fn login_page() -> Document {
    let session = get_session().await;
    let no_operator = session.as_ref().is_ok_and(|session| session.needs_setup);
    let problem = session.err().map(AppError::into_problem); // nobody can log in then
    let content = view! {
        <main class="page" id="main" data-page="login">
            <div class="login">
                <Brand/>
                <h1>"Log in"</h1>
                <ProblemBanner problem/>
                <Form/>
                {no_operator.then(|| view! {
                    <Banner tone="unknown" icon="info" title="There is no operator yet"
                        detail="Open the setup link that the server printed in its terminal; it creates the first one."/>
                })}
                <p class="soft">
                    "No password? On the machine itself, " <code>"atomo-fleet operator reset EMAIL"</code> " sets a new one."
                </p>
                <p class="faint">
                    "This log-in opens the control plane only. It gives no access to the data inside a project."
                </p>
            </div>
        </main>
    };
    Document::new("Log in", Subject::Nothing, content)
}

/// The form. The browser posts it itself, because another operator needs a new page.
#[component]
fn Form() -> impl IntoView {
    let flash = Flash::of_form(LogIn::url());
    let (problem, fault) = split(flash.as_ref().and_then(|flash| flash.problem.clone()));
    let typed =
        flash.and_then(|flash| serde_json::from_value::<LoginForm>(flash.values).ok()).unwrap_or_default();
    let begin = typed.email.is_empty();
    view! {
        <form class="form" method="post" action=LogIn::url() data-native="">
            <ProblemBanner problem/>
            <input type="hidden" name="next" value=query("next").unwrap_or_default()/>
            <TextField id="email" name="email" label="E-mail" input=Input::Email text=typed.email required=true autofocus=begin/>
            <TextField id="password" name="password" label="Password" input=Input::Password required=true
                autofocus=!begin fault/>
            <button class="button" data-kind="primary">"Log in"</button>
        </form>
    }
    .into_any()
}

/// Splits the problem: above the form, or below the password if the log-in is wrong.
fn split(problem: Option<Problem>) -> (Option<Problem>, Option<FieldError>) {
    match problem {
        Some(problem) if problem.kind == ProblemKind::Unauthenticated => {
            (None, Some(FieldError::new("password", Invalid::new(problem.detail, ""))))
        }
        problem => (problem, None),
    }
}
