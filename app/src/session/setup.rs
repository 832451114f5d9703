//! The first operator, through the setup link that the server printed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::Problem;

use super::api::{LoginForm, SetUp, check_setup};
use super::{Flash, Flashes};
use crate::components::{Empty, Input, Load, ProblemBanner, TextField};
use crate::data::fetched;
use crate::frame::Brand;

/// The page of the setup link.
#[component]
pub(crate) fn SetupPage() -> impl IntoView {
    let code = use_params_map().read_untracked().get("code").unwrap_or_default();
    let link = {
        let code = code.clone();
        fetched(move || code.clone(), check_setup)
    };
    let flashes = Flashes::current();
    let form = move |()| {
        let code = code.clone();
        Suspend::new(async move {
            view! { <Form code flash=flashes.of_form(SetUp::url()).await/> }
        })
    };
    view! {
        <Title text="Set up"/>
        <main class="page" id="main" data-page="login">
            <div class="login">
                <Brand/>
                <Load data=link main=true children=form/>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn Form(code: String, flash: Option<Flash>) -> impl IntoView {
    let problem = Signal::stored(flash.as_ref().and_then(|flash| flash.problem.clone()));
    let fault = move |field: &'static str| {
        Signal::derive(move || {
            problem.with(|problem: &Option<Problem>| problem.as_ref()?.for_field(field).cloned())
        })
    };
    let typed =
        flash.and_then(|flash| serde_json::from_value::<LoginForm>(flash.values).ok()).unwrap_or_default();
    let begin = problem.with(Option::is_none);
    let (email, password, again) =
        (RwSignal::new(typed.email), RwSignal::new(String::new()), RwSignal::new(String::new()));
    view! {
        <h1>"Set up"</h1>
        <p class="soft">"You become the first operator of this fleet, with the role Owner. The link works once."</p>
        <form class="form" method="post" action=SetUp::url()>
            <ProblemBanner problem/>
            <input type="hidden" name="code" value=code/>
            <TextField id="email" name="email" label="E-mail" input=Input::Email text=email required=true
                autofocus=begin fault=fault("email")/>
            <TextField id="password" name="password" label="Password" input=Input::NewPassword text=password required=true
                hint="At least 12 characters.".to_owned() fault=fault("password")/>
            <TextField id="again" name="again" label="Password again" input=Input::NewPassword text=again required=true
                fault=fault("again")/>
            <button class="button" data-kind="primary">"Set password"</button>
        </form>
    }
    .into_any()
}

/// The page of a fleet that has no operator yet.
#[component]
pub(crate) fn SetupHintPage() -> impl IntoView {
    view! {
        <Title text="Set up"/>
        <main class="page" id="main" data-page="login">
            <div class="login">
                <Brand/>
                <h1>"This fleet has no operator yet"</h1>
                <Empty icon="key" title="Open the setup link"
                    detail="The server printed it in its terminal when it started. It creates the first operator and works once.">
                    <p class="soft">
                        "Lost it? On the machine itself, "
                        <code>"atomo-fleet operator create EMAIL --role owner --password-stdin"</code> " does the same."
                    </p>
                </Empty>
            </div>
        </main>
    }
    .into_any()
}
