//! `atomoctl project clone` and `project expiry`.

use model::{ExpiryDraft, Project};
use reqwest::Method;

use super::super::{follow, now};
use crate::args::{CloneArgs, ExpiryArgs};
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Creates a clone.
pub async fn run(session: &Session, args: CloneArgs) -> Result<(), Failure> {
    let (id, wait) = (args.id.clone(), args.follow);
    let path = Path::of(&["projects", id.as_str(), "clones"]);
    let taken = session.client.post_once(&path, &args.draft()).await?;
    follow::command(session, taken, wait).await
}

/// Changes the expiry of a clone.
pub async fn expiry(session: &Session, args: ExpiryArgs) -> Result<(), Failure> {
    let path = Path::of(&["projects", args.id.as_str(), "expiry"]);
    let draft = ExpiryDraft { expires: args.expires };
    let project = session.client.send::<Project>(Method::PUT, &path, &draft).await?;
    session.console.answer(&project, |project| render::project::page(project, None, now()))
}
