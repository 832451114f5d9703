//! `atomoctl approval`.

use model::{ApprovalDraft, DeleteRequest, DeleteRequestId, Page, ReasonDraft};
use reqwest::Method;

use super::now;
use super::project::confirmed;
use crate::args::ApprovalCommand;
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: ApprovalCommand) -> Result<(), Failure> {
    match command {
        ApprovalCommand::List { over } => {
            let path = Path::of(&["delete-requests"]).with("state", over.then_some("over"));
            let page = session.client.get::<Page<DeleteRequest>>(&path).await?;
            session.console.answer(&page, |page| render::delete::requests(page, now()))
        }
        ApprovalCommand::Show { request } => {
            let id = request.to_string();
            let found = session.client.get::<DeleteRequest>(&Path::of(&["delete-requests", &id])).await?;
            session.console.answer(&found, |request| render::delete::request(request, now()))
        }
        ApprovalCommand::Approve { request, confirm, reason } => {
            approve(session, request, confirm, reason.unwrap_or_default()).await
        }
        ApprovalCommand::Refuse { request, reason } => decide(session, request, "refuse", Some(reason)).await,
        ApprovalCommand::Withdraw { request, reason } => decide(session, request, "withdraw", reason).await,
    }
}

async fn approve(
    session: &Session,
    request: DeleteRequestId,
    confirm: Option<String>,
    reason: String,
) -> Result<(), Failure> {
    let id = request.to_string();
    let found = session.client.get::<DeleteRequest>(&Path::of(&["delete-requests", &id])).await?.value;
    let project = &found.project_id;
    let prompt = format!(
        "This approves that {project} is deleted and its database dropped. {}\nType {project} to approve it: ",
        found.shown.sentence()
    );
    let confirm = confirmed(project, confirm, &prompt)?;
    let path = Path::of(&["delete-requests", &id, "approve"]);
    let draft = ApprovalDraft { confirm, reason };
    let decided = session.client.send::<DeleteRequest>(Method::POST, &path, &draft).await?;
    session.console.answer(&decided, |request| render::delete::request(request, now()))
}

async fn decide(
    session: &Session,
    request: DeleteRequestId,
    verb: &str,
    reason: Option<String>,
) -> Result<(), Failure> {
    let (id, draft) = (request.to_string(), ReasonDraft { reason: reason.unwrap_or_default() });
    let path = Path::of(&["delete-requests", &id, verb]);
    let decided = session.client.send::<DeleteRequest>(Method::POST, &path, &draft).await?;
    session.console.answer(&decided, |request| render::delete::request(request, now()))
}
