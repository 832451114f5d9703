//! The log-in page. The browser posts its form itself, because another operator needs a new page.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::{FieldError, Invalid, Problem, ProblemKind};

use super::api::{LogIn, LoginForm};
use super::{Flash, Flashes, Session};
use crate::components::{Banner, Input, ProblemBanner, TextField};
use crate::frame::Brand;

/// Log in.
#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    let flashes = Flashes::current();
    let form = move || {
        Suspend::new(async move {
            view! { <Form flash=flashes.of_form(LogIn::url()).await/> }
        })
    };
    view! {
        <Title text="Log in"/>
        <main class="page" id="main" data-page="login">
            <div class="login">
                <Brand/>
                <h1>"Log in"</h1>
                <Transition>{form}</Transition>
                <NoOperator/>
                <p class="soft">
                    "No password? On the machine itself, " <code>"atomo-fleet operator reset EMAIL"</code> " sets a new one."
                </p>
                <p class="faint">
                    "This log-in opens the control plane only. It gives no access to the data inside a project."
                </p>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn Form(flash: Option<Flash>) -> impl IntoView {
    let next = use_query_map().read_untracked().get("next").unwrap_or_default();
    let (problem, fault) = split(flash.as_ref().and_then(|flash| flash.problem.clone()));
    let typed =
        flash.and_then(|flash| serde_json::from_value::<LoginForm>(flash.values).ok()).unwrap_or_default();
    let begin = typed.email.is_empty();
    let email = RwSignal::new(typed.email);
    let password = RwSignal::new(String::new());
    view! {
        <form class="form" method="post" action=LogIn::url()>
            <ProblemBanner problem=Signal::stored(problem)/>
            <input type="hidden" name="next" value=next/>
            <TextField id="email" name="email" label="E-mail" input=Input::Email text=email required=true autofocus=begin/>
            <TextField id="password" name="password" label="Password" input=Input::Password text=password required=true
                autofocus=!begin fault=Signal::stored(fault)/>
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

/// Shown while the fleet has no operator.
#[component]
fn NoOperator() -> impl IntoView {
    let session = Session::current();
    let hint = move || {
        Suspend::new(async move {
            session.await.is_ok_and(|session| session.needs_setup).then(|| view! {
            <Banner tone="unknown" icon="info" title="There is no operator yet".to_owned()
                detail="Open the setup link that the server printed in its terminal; it creates the first one.".to_owned()/>
        })
        })
    };
    view! { <Transition>{hint}</Transition> }.into_any()
}
