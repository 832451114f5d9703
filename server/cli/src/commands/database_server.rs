//! `atomoctl database-server`.

use model::{DatabaseServer, Page};

use crate::args::DatabaseServerCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: DatabaseServerCommand) -> Result<(), Failure> {
    let DatabaseServerCommand::List = command;
    let page = session.client.get::<Page<DatabaseServer>>(&Path::of(&["database-servers"])).await?;
    session.console.answer(&page, render::database_server::list)
}
