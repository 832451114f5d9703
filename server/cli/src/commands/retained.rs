//! `atomoctl retained`.

use model::{Page, RetainedDatabase};

use super::now;
use crate::args::RetainedCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: RetainedCommand) -> Result<(), Failure> {
    match command {
        RetainedCommand::List => {
            let page =
                session.client.get::<Page<RetainedDatabase>>(&Path::of(&["retained-databases"])).await?;
            session.console.answer(&page, |page| render::lists::retained(page, now()))
        }
        RetainedCommand::Remove { project } => {
            session.client.remove(&Path::of(&["retained-databases", project.as_str()])).await?;
            let told = || {
                format!(
                    "The entry of {project} is removed from the list. Its secrets and media are where they were; a new \
                     project may have the id."
                )
            };
            session.console.document(&serde_json::json!({"removed": project}), told)
        }
    }
}
