//! The first operator, through the setup link that the server printed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::api::{LoginForm, SetUp, check_setup};
use crate::address::segment;
use crate::components::{Attempt, Empty, Input, ProblemBanner, TextField, main_content};
use crate::document::{Document, Subject};
use crate::frame::Brand;

/// The page of the setup link.
pub(crate) async fn setup_page() -> Document {
    let code = segment(1);
    let link = check_setup(code.clone()).await;
    let content = view! {
        <main class="page" id="main" data-page="login">
            <div class="login">
                <Brand/>
                {main_content(link, false, |()| view! { <Form code/> })}
            </div>
        </main>
    };
    Document::new("Set up", Subject::Nothing, content)
}

#[component]
fn Form(code: String) -> impl IntoView {
    let attempt = Attempt::of::<SetUp>();
    let typed = attempt.typed::<LoginForm>().unwrap_or_default();
    let [email, password, again] = ["email", "password", "again"].map(|field| attempt.fault(field));
    view! {
        <h1>"Set up"</h1>
        <p class="soft">"You become the first operator of this fleet, with the role Owner. The link works once."</p>
        <form class="form" method="post" action=SetUp::url() data-native="">
            <ProblemBanner problem=attempt.problem.clone()/>
            <input type="hidden" name="code" value=code/>
            <TextField id="email" name="email" label="E-mail" input=Input::Email text=typed.email required=true
                autofocus=attempt.problem.is_none() fault=email/>
            <TextField id="password" name="password" label="Password" input=Input::NewPassword required=true
                hint="At least 12 characters." fault=password/>
            <TextField id="again" name="again" label="Password again" input=Input::NewPassword required=true fault=again/>
            <button class="button" data-kind="primary">"Set password"</button>
        </form>
    }
    .into_any()
}

/// The page of a fleet that has no operator yet.
pub(crate) async fn setup_hint_page() -> Document {
    let content = view! {
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
    };
    Document::new("Set up", Subject::Nothing, content)
}
