//! `atomoctl gateway`.

use crate::args::GatewayCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::session::Session;

/// Does what was typed.
pub async fn run(session: &Session, command: GatewayCommand) -> Result<(), Failure> {
    match command {
        GatewayCommand::Ca => {
            let pem = session.client.text(&Path::of(&["gateway", "ca"])).await?;
            session.console.line(&pem)
        }
    }
}
