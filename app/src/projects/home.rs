//! Where a project's database is, and how many of its server's connections it has.

use leptos::prelude::*;
use model::{DatabaseServer, Invalid, PoolSize};

use crate::components::{Attempt, FieldFault, Load, TextField};
use crate::data::fetched;
use crate::databases::api::get_database_servers;

/// Judges a pool in the browser.
fn check_pool(text: String) -> Result<(), Invalid> {
    text.parse::<PoolSize>().map(drop)
}

/// The field for the pool.
#[component]
pub(super) fn PoolField(text: String, attempt: Attempt, hint: &'static str) -> impl IntoView {
    let hint = format!("{}. {hint}", PoolSize::ACCEPTED);
    view! {
        <TextField id="pool_size" name="form[pool_size]" label="Connections of its pool" optional="optional"
            text=RwSignal::new(text) fault=attempt.fault("pool_size")
            check=check_pool hint=hint/>
    }
    .into_any()
}

/// The choice of a database server, where there is more than one. What was named by the address or typed before stays chosen.
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
            let (name, text) = (server.name.to_string(), told(&server));
            let selected = name == named;
            view! { <option value=name selected=selected>{text}</option> }
        });
        view! {
            <div class="field">
                <label for="database_server">"Database server"</label>
                <select class="input" id="database_server" name="form[database_server]" aria-describedby="database_server-fault">
                    <option value="">"default, or where the kept database is"</option>
                    {options.collect_view()}
                </select>
                <FieldFault id="database_server-fault" fault/>
            </div>
        }
        .into_any()
    };
    view! { <Load data=servers children=show/> }.into_any()
}

/// With one server there is nothing to choose; a name that the address brought is sent along, so that it is judged.
#[component]
fn Kept(named: String) -> impl IntoView {
    (!named.is_empty()).then(|| view! { <input type="hidden" name="form[database_server]" value=named/> })
}

/// A server in a list of choices: where it is and what it has left.
fn told(server: &DatabaseServer) -> String {
    let region = server.region.as_ref().map(|region| format!(", {region}")).unwrap_or_default();
    let left = match &server.seen {
        Some(seen) => format!("{} connections free", seen.budget.free()),
        None => "not known what is free".to_owned(),
    };
    format!("{}{region}: {left}", server.name)
}
