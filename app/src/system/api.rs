//! Tokens: the door, the call, the answer.

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
    crate::host::ask(|door| async move {
        let mut parts = door.plane.fleet().get(&door.op).await?.parts;
        parts.retain(|part| matches!(part.state, PartState::Away { .. }));
        Ok(parts)
    })
    .await
}

/// The tokens of the one who asks.
#[server(prefix = "/actions", endpoint = "tokens", input = GetUrl)]
pub(crate) async fn get_tokens() -> Result<Vec<ApiToken>, AppError> {
    crate::host::ask(|door| async move { door.plane.operators().tokens(&door.op).await }).await
}

/// Makes a token and shows it, once.
#[server(prefix = "/actions", endpoint = "create_token")]
pub(crate) async fn create_token(name: String) -> Result<Option<Shown>, AppError> {
    use crate::host::ExposeSecret as _;
    let subject = name.clone();
    let token = crate::host::ask(|door| async move {
        let (_, token) = door.plane.operators().create_token(&door.op, name).await?;
        Ok(token.expose_secret().to_owned())
    });
    crate::host::show_once(subject, token.await).await
}

/// Ends a token.
#[server(prefix = "/actions", endpoint = "revoke_token")]
pub(crate) async fn revoke_token(id: TokenId) -> Result<(), AppError> {
    let revoke =
        |door: crate::host::Door| async move { door.plane.operators().revoke_token(&door.op, id).await };
    crate::host::command((), revoke, |()| "/settings#tokens".to_owned()).await
}
