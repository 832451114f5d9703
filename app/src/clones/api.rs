//! Clones: context, call, answer.

use leptos::prelude::*;
use model::{ClonePlan, ExpiryDraft, ProjectId};

use super::form::CloneForm;
use crate::call_context::{CallContext, ask, command};
use crate::error::AppError;

/// What a clone of the project would get.
pub(super) async fn get_clone_plan(id: ProjectId) -> Result<ClonePlan, AppError> {
    ask(|context| async move { context.plane.clones().plan(&context.op, &id).await }).await
}

/// Creates a clone of `source`.
#[server(prefix = "/actions", endpoint = "clone_project")]
pub(crate) async fn clone_project(source: ProjectId, form: CloneForm) -> Result<(), AppError> {
    let draft = form.draft();
    let create = |context: CallContext| async move {
        context.plane.clones().create(&context.op, &source, &draft).await
    };
    command(&form, create, |operation| format!("/operations/{}", operation.id)).await
}

/// Changes when a clone is removed: so long from now on.
#[server(prefix = "/actions", endpoint = "set_expiry")]
pub(crate) async fn set_expiry(id: ProjectId, expires: String) -> Result<(), AppError> {
    let typed = serde_json::json!({ "expires": expires });
    let next = format!("/projects/{id}");
    let draft = ExpiryDraft { expires };
    let set = |context: CallContext| async move {
        context.plane.clones().set_expiry(&context.op, &id, &draft).await
    };
    command(typed, set, |_| next).await
}
