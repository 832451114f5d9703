//! `atomoctl orphan`.

use model::{Orphan, Page};

use super::{follow, now};
use crate::args::OrphanCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: OrphanCommand) -> Result<(), Failure> {
    match command {
        OrphanCommand::List => {
            let page = session.client.get::<Page<Orphan>>(&Path::of(&["orphans"])).await?;
            session.console.answer(&page, |page| render::lists::orphans(page, now()))
        }
        OrphanCommand::Remove { project, follow: wait } => {
            let path = Path::of(&["orphans", project.as_str()]);
            let taken = session.client.delete(&path).await?;
            follow::command(session, taken, wait).await
        }
    }
}
