//! The menu of the one who is logged in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::Me;

use super::api::LogOut;

/// Who is logged in, and the way out.
#[component]
pub(crate) fn Account(me: Me) -> impl IntoView {
    let initials: String = me.email.as_str().chars().take(2).collect::<String>().to_uppercase();
    let email = me.email.to_string();
    view! {
        <details class="menu">
            <summary>
                <span class="avatar" aria-hidden="true">{initials}</span>
                <span class="visually-hidden">{format!("{email}, account menu")}</span>
            </summary>
            <ul>
                <li><a href="/settings">{email}</a></li>
                <li><hr/></li>
                <li>
                    <form method="post" action=LogOut::url()>
                        <button>"Log out"</button>
                    </form>
                </li>
            </ul>
        </details>
    }
    .into_any()
}
