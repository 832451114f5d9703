//! `atomoctl operation`.

use std::time::Duration;

use model::{Operation, OperationId, Page};

use super::list::filtered;
use super::{follow, now};
use crate::args::OperationCommand;
use crate::client::{Accepted, Path};
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: OperationCommand) -> Result<(), Failure> {
    match command {
        OperationCommand::List(args) => {
            let words = ["operation", "list"];
            let (path, command) = filtered(Path::of(&["operations"]), &words, args.conditions());
            let path = path.with("cursor", args.paging.cursor);
            let page = session.client.get::<Page<Operation>>(&path).await?;
            session.console.answer(&page, |page| render::operation::list(page, &command, now()))
        }
        OperationCommand::Show { id } => {
            let id = id.to_string();
            let operation = session.client.get::<Operation>(&Path::of(&["operations", &id])).await?;
            session.console.answer(&operation, |operation| render::operation::page(operation, now()))
        }
        OperationCommand::Retry { id, follow: wait } => {
            let id = id.to_string();
            let taken = session.client.post(&Path::of(&["operations", &id, "retry"])).await?;
            follow::command(session, taken, wait).await
        }
        OperationCommand::Cancel { id } => {
            let id = id.to_string();
            let path = Path::of(&["operations", &id, "cancel"]);
            let asked = session.client.post::<Accepted>(&path).await?;
            session.console.answer(&asked, |asked| render::operation::cancelled(&asked.operation))
        }
        OperationCommand::Wait { id, timeout } => wait(session, id, timeout).await,
    }
}

async fn wait(session: &Session, id: OperationId, seconds: u64) -> Result<(), Failure> {
    follow::to_its_end(session, id, Duration::from_secs(seconds)).await
}
