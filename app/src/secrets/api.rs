//! Secrets: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use model::{ProjectId, SecretInfo};

use crate::error::AppError;

/// The secrets of a project, without values.
#[server(prefix = "/actions", endpoint = "secrets", input = GetUrl)]
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
        let name = super::typed::check_name(name)?;
        context.plane.secrets().put(&context.op, &id, &name, super::as_typed(&value).into()).await
    };
    let next = |changed: &model::SecretChanged| {
        changed.operation.as_ref().map_or(page, |operation| format!("/operations/{}", operation.id))
    };
    crate::call_context::command(typed, put, next).await
}
