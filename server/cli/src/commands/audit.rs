//! `atomoctl audit`.

use model::{AuditVerdict, Page, Problem, ProblemKind, ProjectEvent};

use super::now;
use crate::args::AuditCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::List(paging) => {
            let path = Path::of(&["audit"]).with("cursor", paging.cursor);
            let page = session.client.get::<Page<ProjectEvent>>(&path).await?;
            session.console.answer(&page, |page| render::lists::events(page, "audit list", now()))
        }
        AuditCommand::Verify => {
            let verdict = session.client.get::<AuditVerdict>(&Path::of(&["audit", "verify"])).await?;
            session.console.answer(&verdict, render::lists::verdict)?;
            verdict.value.broken_at.map_or(Ok(()), |row| Err(broken(row)))
        }
    }
}

fn broken(row: i64) -> Failure {
    let detail = format!(
        "Event {row} was changed after it was written, or an event before it is missing. Events from there on prove \
         nothing: compare them with a backup of the registry."
    );
    Failure::AuditBroken(Problem::new(ProblemKind::Refused, "The audit trail is broken", detail))
}
