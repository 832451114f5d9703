//! `atomoctl alert`.

use model::{Alert, AlertKind, AlertState, Page, ProjectId};

use super::now;
use crate::args::AlertCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: AlertCommand) -> Result<(), Failure> {
    let AlertCommand::List { project, kind, state, cursor } = command;
    let path = Path::of(&["alerts"]).with("project", project.as_ref().map(ProjectId::as_str));
    let path = path.with("kind", kind.map(AlertKind::as_str)).with("state", state.map(AlertState::as_str));
    let page = session.client.get::<Page<Alert>>(&path.with("cursor", cursor)).await?;
    session.console.answer(&page, |page| render::alert::rows(page, now()))
}
