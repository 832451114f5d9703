//! `atomoctl token`.

use model::{ApiToken, Page};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::now;
use crate::args::TokenCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::render::words::until;
use crate::session::Session;

#[derive(Serialize)]
struct NewToken {
    name: String,
}

/// A new token, as it is answered once.
#[derive(Deserialize)]
pub struct Issued {
    /// The token.
    pub token: SecretString,
    /// Everything else.
    pub info: ApiToken,
}

/// Runs the command.
pub async fn run(session: &Session, command: TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Create { name } => {
            let path = Path::of(&["tokens"]);
            let issued = session.client.send::<Issued>(Method::POST, &path, &NewToken { name }).await?;
            let ends = until(issued.value.info.expires_at, now());
            session.console.answer(&issued, |issued| issued.token.expose_secret().to_owned())?;
            session.console.note(&format!("The token is shown once. It expires {ends}."));
            Ok(())
        }
        TokenCommand::List => {
            let page = session.client.get::<Page<ApiToken>>(&Path::of(&["tokens"])).await?;
            session.console.answer(&page, |page| render::lists::tokens(page, now()))
        }
        TokenCommand::Revoke { id } => {
            let id = id.to_string();
            session.client.remove(&Path::of(&["tokens", &id])).await?;
            session.console.document(&serde_json::json!({"revoked": id}), || format!("{id} is revoked."))
        }
    }
}
