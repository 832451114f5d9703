//! `atomoctl backup window` and `atomoctl backup restore --at`.

use model::{PointInTimeDraft, ProjectId, ProjectRecovery};
use reqwest::Method;

use super::confirmed;
use crate::args::Follow;
use crate::client::Path;
use crate::commands::{follow, now};
use crate::failure::Failure;
use crate::session::Session;
use crate::{input, render};

fn path_of(project: &ProjectId) -> Path<'_> {
    Path::of(&["projects", project.as_str(), "recovery"])
}

pub(super) fn draft(at: String, backup_first: bool) -> PointInTimeDraft {
    PointInTimeDraft { at, confirm: String::new(), backup_first }
}

pub(super) async fn window(session: &Session, project: &ProjectId) -> Result<(), Failure> {
    let recovery = session.client.get::<ProjectRecovery>(&path_of(project)).await?;
    session.console.answer(&recovery, |recovery| render::recovery::page(recovery, now()))
}

pub(super) async fn restore(
    session: &Session,
    project: &ProjectId,
    confirm: Option<String>,
    draft: PointInTimeDraft,
    follow: Follow,
) -> Result<(), Failure> {
    let consequence = render::recovery::consequence(project, &draft);
    let prompt = format!("{consequence}\nType {project} to restore it: ");
    let typed = match confirm {
        Some(typed) => Some(typed),
        None => input::asked(&prompt, "the confirmation")?,
    };
    let draft = PointInTimeDraft { confirm: confirmed(project, typed)?, ..draft };
    let taken = session.client.send(Method::POST, &path_of(project), &draft).await?;
    follow::command(session, taken, follow).await
}
