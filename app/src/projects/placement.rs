//! The database placement of a project: server and pool size.

use leptos::prelude::*;
use model::{DatabaseServer, PoolSize};

use crate::components::{Attempt, FieldFault, TextField, content};
use crate::error::AppError;

/// The field of the pool size.
#[component]
pub(super) fn PoolField(
    text: String,
    attempt: Attempt,
    hint: &'static str,
    /// The note beside a field that may stay empty.
    #[prop(optional)]
    optional: &'static str,
) -> impl IntoView {
    let hint = format!("{}. {hint}", PoolSize::ACCEPTED);
    view! {
        <TextField id="pool_size" name="form[pool_size]" label="Connection pool size" optional text
            fault=attempt.fault("pool_size") hint/>
    }
    .into_any()
}

/// The choice of the database server, if there is more than one. A value from the address or the form stays selected.
#[component]
pub(super) fn ServerChoice(
    named: String,
    servers: Result<Vec<DatabaseServer>, AppError>,
    attempt: Attempt,
) -> impl IntoView {
    let fault = attempt.fault("database_server");
    content(servers, move |servers| {
        if servers.len() < 2 {
            return view! { <OneServer named/><FieldFault id="database_server-fault" fault/> }.into_any();
        }
        let options = servers.into_iter().map(|server| {
            let (name, text) = (server.name.to_string(), option_text(&server));
            let selected = name == named;
            view! { <option value=name selected=selected>{text}</option> }
        });
        view! {
            <div class="field">
                <label for="database_server">"Database server"</label>
                <select class="input" id="database_server" name="form[database_server]" aria-describedby="database_server-fault">
                    <option value="">"default, or the server of the retained database"</option>
                    {options.collect_view()}
                </select>
                <FieldFault id="database_server-fault" fault/>
            </div>
        }
        .into_any()
    })
}

/// With one server there is no choice. A value from the address is sent as a hidden field, so that it is validated.
#[component]
fn OneServer(named: String) -> impl IntoView {
    (!named.is_empty()).then(|| view! { <input type="hidden" name="form[database_server]" value=named/> })
}

/// A server as an option: region and free connections.
fn option_text(server: &DatabaseServer) -> String {
    let region = server.region.as_ref().map(|region| format!(", {region}")).unwrap_or_default();
    let left = match &server.seen {
        Some(seen) => format!("{} connections free", seen.budget.free()),
        None => "free connections unknown".to_owned(),
    };
    format!("{}{region}: {left}", server.name)
}
