//! Tokens: context, call, answer.

use leptos::prelude::*;
use model::{ApiToken, TokenId};

use crate::call_context::ExposeSecret as _;
use crate::error::AppError;
use crate::session::OneTimeSecret;

/// The tokens of the caller.
pub(crate) async fn get_tokens() -> Result<Vec<ApiToken>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.operators().tokens(&context.op).await })
        .await
}

/// Creates a token and shows it once.
#[server(prefix = "/actions", endpoint = "create_token")]
pub(crate) async fn create_token(name: String) -> Result<Option<OneTimeSecret>, AppError> {
    let typed = serde_json::json!({ "name": name });
    crate::call_context::show_once(typed, name.clone(), async || {
        let token = crate::call_context::ask(|context| async move {
            let (_, token) = context.plane.operators().create_token(&context.op, name).await?;
            Ok(token.expose_secret().to_owned())
        });
        token.await
    })
    .await
}

/// Revokes a token.
#[server(prefix = "/actions", endpoint = "revoke_token")]
pub(crate) async fn revoke_token(id: TokenId) -> Result<(), AppError> {
    let revoke = |context: crate::call_context::CallContext| async move {
        context.plane.operators().revoke_token(&context.op, id).await
    };
    crate::call_context::command((), revoke, |()| "/settings#tokens".to_owned()).await
}
