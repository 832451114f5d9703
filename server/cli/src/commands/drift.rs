//! `atomoctl drift`.

use model::{
    AcceptDraft, DriftFinding, DriftFindingId, FixOutcome, Page, ProjectDrift, ProjectId, SnoozeDraft,
};
use reqwest::Method;
use serde::Serialize;

use super::now;
use crate::args::DriftCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: DriftCommand) -> Result<(), Failure> {
    match command {
        DriftCommand::List { project, level, all } => {
            let path = Path::of(&["drift"]).with("project", project.as_ref().map(ProjectId::as_str));
            let path = path.with("level", level.map(model::DriftLevel::as_str));
            let page =
                session.client.get::<Page<DriftFinding>>(&path.with("state", all.then_some("all"))).await?;
            session.console.answer(&page, |page| render::drift::findings(&page.items, now()))
        }
        DriftCommand::Show { finding } => {
            let found =
                session.client.get::<DriftFinding>(&Path::of(&["drift", &finding.to_string()])).await?;
            session.console.answer(&found, |finding| render::drift::finding(finding, now()))
        }
        DriftCommand::Check { project } => {
            let path = Path::of(&["projects", project.as_str(), "drift", "check"]);
            let checked = session.client.post::<ProjectDrift>(&path).await?;
            session.console.answer(&checked, |drift| render::drift::project(drift, now()))
        }
        DriftCommand::Accept { finding, reason } => {
            decide(session, finding, "accept", &AcceptDraft { reason }).await
        }
        DriftCommand::Fix { finding } => {
            let id = finding.to_string();
            let outcome = session.client.post::<FixOutcome>(&Path::of(&["drift", &id, "fix"])).await?;
            session.console.answer(&outcome, render::drift::outcome)
        }
        DriftCommand::Snooze { finding, days, reason } => {
            decide(session, finding, "snooze", &SnoozeDraft { days, reason }).await
        }
    }
}

async fn decide<D: Serialize + Sync>(
    session: &Session,
    finding: DriftFindingId,
    verb: &str,
    draft: &D,
) -> Result<(), Failure> {
    let id = finding.to_string();
    let path = Path::of(&["drift", &id, verb]);
    let decided = session.client.send::<DriftFinding>(Method::POST, &path, draft).await?;
    session.console.answer(&decided, |finding| render::drift::finding(finding, now()))
}
