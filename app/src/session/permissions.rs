//! What the caller may do, for the buttons and forms of a page: the table that the control plane decides by. A button that
//! would be refused is not shown; a form is replaced by the roles that may send it.

use leptos::prelude::*;
use model::{Action, Grants, Target};

use super::Session;
use crate::error::AppError;

/// The caller's grants, as they were when the page was loaded. `None` if the session could not be read: everything
/// is shown then, and the control plane refuses what the caller may not do.
#[derive(Clone)]
struct Permissions(Option<Grants>);

/// Provides them for the page that is being rendered.
pub(crate) fn provide_permissions(session: &Result<Session, AppError>) {
    let me = session.as_ref().ok().and_then(|session| session.me.as_ref());
    provide_context(Permissions(me.map(|me| me.grants.clone())));
}

/// Whether the caller may perform the action on the target.
pub(crate) fn may(action: Action, target: Target<'_>) -> bool {
    let Some(Permissions(Some(grants))) = use_context() else { return true };
    grants.allow(action, target)
}

/// The form, or the roles that may send it.
pub(crate) fn permitted<V: IntoView + 'static>(
    action: Action,
    target: Target<'_>,
    form: impl FnOnce() -> V,
) -> AnyView {
    if may(action, target) { form().into_any() } else { view! { <NotPermitted action/> }.into_any() }
}

/// The text in place of a form.
#[component]
fn NotPermitted(action: Action) -> impl IntoView {
    let roles = action.roles().into_iter().map(model::Role::label).collect::<Vec<_>>().join(", ");
    view! { <p class="soft" data-no-permission=action.as_str()>{format!("Your role does not allow you to {}. Roles that do: {roles}.", action.doing())}</p> }
        .into_any()
}
