//! `atomoctl audit`.

use model::{AuditVerdict, Page, Problem, ProblemKind, ProjectEvent};

use super::list::filtered;
use super::now;
use crate::args::{AuditArgs, AuditCommand, ExportFormat};
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::List(args) if args.format.is_some() => export(session, &args).await,
        AuditCommand::List(args) => {
            let (path, command) = filtered(Path::of(&["audit"]), &["audit", "list"], args.conditions());
            let path = path.with("cursor", args.events.paging.cursor);
            let page = session.client.get::<Page<ProjectEvent>>(&path).await?;
            session.console.answer(&page, |page| render::lists::events(page, &command, now()))
        }
        AuditCommand::Verify => {
            let verdict = session.client.get::<AuditVerdict>(&Path::of(&["audit", "verify"])).await?;
            session.console.answer(&verdict, render::lists::verdict)?;
            verdict.value.broken_at.map_or(Ok(()), |row| Err(broken(row)))
        }
    }
}

/// Prints all events of the list as the server sends them, in constant memory.
async fn export(session: &Session, args: &AuditArgs) -> Result<(), Failure> {
    let (path, _) = filtered(Path::of(&["audit", "export"]), &[], args.conditions());
    let path = path.with("format", args.format.map(ExportFormat::as_str));
    session.client.copy(&path, |bytes| session.console.bytes(bytes)).await
}

fn broken(row: i64) -> Failure {
    let detail = format!(
        "Event {row} was changed after it was written, or an event before it is missing. Events from there on prove \
         nothing: compare them with a backup of the registry."
    );
    Failure::AuditBroken(Problem::new(ProblemKind::Refused, "The audit trail is broken", detail))
}
