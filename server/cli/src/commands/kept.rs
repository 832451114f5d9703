//! `atomoctl kept`.

use model::{KeptDatabase, Page};

use super::now;
use crate::args::KeptCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: KeptCommand) -> Result<(), Failure> {
    match command {
        KeptCommand::List => {
            let page = session.client.get::<Page<KeptDatabase>>(&Path::of(&["kept-databases"])).await?;
            session.console.answer(&page, |page| render::lists::kept(page, now()))
        }
    }
}
