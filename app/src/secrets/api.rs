//! Secrets: context, call, answer.

use leptos::prelude::*;
use model::{ProjectId, SecretInfo};

use super::typed::{as_typed, check_name};
use crate::error::AppError;

/// The secrets of a project, without values.
pub(crate) async fn get_secrets(id: ProjectId) -> Result<Vec<SecretInfo>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.secrets().list(&context.op, &id).await })
        .await
}

/// Writes a new version. If the environment uses the secret, an operation applies it.
#[server(prefix = "/actions", endpoint = "put_secret")]
pub(crate) async fn put_secret(id: ProjectId, name: String, value: String) -> Result<(), AppError> {
    let page = format!("/projects/{id}/settings#secrets");
    let typed = serde_json::json!({ "name": name });
    let put = |context: crate::call_context::CallContext| async move {
        let name = check_name(name)?;
        context.plane.secrets().put(&context.op, &id, &name, as_typed(&value).into()).await
    };
    let next = |changed: &model::SecretChanged| {
        changed.operation.as_ref().map_or(page, |operation| format!("/operations/{}", operation.id))
    };
    crate::call_context::command(typed, put, next).await
}
