//! The state of a part, such as the gateway or a database server.

use leptos::prelude::*;
use model::PartState;

use super::{Icon, When};

/// Whether the part answers, and since when it does not. The reason is for the caller to show.
#[component]
pub(crate) fn PartStateMark(state: PartState) -> impl IntoView {
    let (tone, icon, text) = match state {
        PartState::Up => ("ok", "done", "Connected".into_any()),
        PartState::Unknown => ("unknown", "unknown", "Not checked yet".into_any()),
        PartState::Away { since, .. } => {
            ("bad", "down", view! { "Unreachable since "<When at=since/> }.into_any())
        }
    };
    view! { <span class="status" data-tone=tone><Icon name=icon/><span>{text}</span></span> }.into_any()
}
