//! Tokens: context, call, answer.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
#[cfg(feature = "ssr")]
use model::PartState;
use model::{ApiToken, Part, TokenId};

use crate::error::AppError;
use crate::session::Shown;

/// The parts that the fleet runs on and that do not answer.
#[server(prefix = "/actions", endpoint = "away", input = GetUrl)]
pub(crate) async fn get_away() -> Result<Vec<Part>, AppError> {
    crate::call_context::ask(|context| async move {
        let mut parts = context.plane.fleet().get(&context.op).await?.parts;
        parts.retain(|part| matches!(part.state, PartState::Away { .. }));
        Ok(parts)
    })
    .await
}

/// The tokens of the one who asks.
#[server(prefix = "/actions", endpoint = "tokens", input = GetUrl)]
pub(crate) async fn get_tokens() -> Result<Vec<ApiToken>, AppError> {
    crate::call_context::ask(|context| async move { context.plane.operators().tokens(&context.op).await })
        .await
}

/// Makes a token and shows it, once.
#[server(prefix = "/actions", endpoint = "create_token")]
pub(crate) async fn create_token(name: String) -> Result<Option<Shown>, AppError> {
    use crate::call_context::ExposeSecret as _;
    let subject = name.clone();
    let token = crate::call_context::ask(|context| async move {
        let (_, token) = context.plane.operators().create_token(&context.op, name).await?;
        Ok(token.expose_secret().to_owned())
    });
    crate::call_context::show_once(subject, token.await).await
}

/// Ends a token.
#[server(prefix = "/actions", endpoint = "revoke_token")]
pub(crate) async fn revoke_token(id: TokenId) -> Result<(), AppError> {
    let revoke = |context: crate::call_context::CallContext| async move {
        context.plane.operators().revoke_token(&context.op, id).await
    };
    crate::call_context::command((), revoke, |()| "/settings#tokens".to_owned()).await
}
