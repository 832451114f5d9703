//! The database placement of a project: server and pool size.

use leptos::prelude::*;
use model::{DatabaseServer, Invalid, PoolSize};

use crate::components::{Attempt, FieldFault, Load, TextField};
use crate::data::fetched;
use crate::databases::api::get_database_servers;

/// Validates a pool size.
fn check_pool(text: String) -> Result<(), Invalid> {
    text.parse::<PoolSize>().map(drop)
}

/// The field of the pool size.
#[component]
pub(super) fn PoolField(text: String, attempt: Attempt, hint: &'static str) -> impl IntoView {
    let hint = format!("{}. {hint}", PoolSize::ACCEPTED);
    view! {
        <TextField id="pool_size" name="form[pool_size]" label="Connection pool size" optional="optional"
            text=RwSignal::new(text) fault=attempt.fault("pool_size")
            check=check_pool hint=hint/>
    }
    .into_any()
}

/// The choice of the database server, if there is more than one. A value from the address or the form stays selected.
#[component]
pub(super) fn ServerChoice(named: String, attempt: Attempt) -> impl IntoView {
    let servers = fetched(|| (), |()| get_database_servers());
    let fault = attempt.fault("database_server");
    let show = move |servers: Vec<DatabaseServer>| {
        if servers.len() < 2 {
            return view! { <Kept named=named.clone()/><FieldFault id="database_server-fault" fault/> }
                .into_any();
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
    };
    view! { <Load data=servers children=show/> }.into_any()
}

/// With one server there is no choice. A value from the address is sent as a hidden field, so that it is validated.
#[component]
fn Kept(named: String) -> impl IntoView {
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
