//! `atomoctl orphan`.

use model::{Orphan, Page};

use super::now;
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
        OrphanCommand::Remove { project } => {
            session.client.remove(&Path::of(&["orphans", project.as_str()])).await?;
            let told =
                || format!("The instance of {project} was removed. Its media, database and secrets stay.");
            session.console.document(&serde_json::json!({"removed": project}), told)
        }
    }
}
