//! `atomoctl project`.

mod clone;
mod create;
mod delete;
mod edge;
mod edit;
mod logs;
mod send;

use model::{Fleet, Page, Project, ProjectEvent, ProjectId};
use serde_json::Value;

pub use self::delete::confirmed;
use super::list::filtered;
use super::{follow, now};
use crate::args::{ActArgs, EventArgs, ListArgs, ListFormat, ProjectCommand};
use crate::client::{Answer, Path};
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: ProjectCommand) -> Result<(), Failure> {
    match command {
        ProjectCommand::Create(args) => create::run(session, *args).await,
        ProjectCommand::Clone(args) => clone::run(session, *args).await,
        ProjectCommand::Expiry(args) => clone::expiry(session, args).await,
        ProjectCommand::List(args) => list(session, &args).await,
        ProjectCommand::Show { id } => show(session, &id).await,
        ProjectCommand::Edit(args) => edit::run(session, *args).await,
        ProjectCommand::Edge(args) => edge::run(session, *args).await,
        ProjectCommand::Start(args) => act(session, &args, "start").await,
        ProjectCommand::Stop(args) => act(session, &args, "stop").await,
        ProjectCommand::Restart(args) => act(session, &args, "restart").await,
        ProjectCommand::Delete(args) => delete::run(session, args).await,
        ProjectCommand::Undelete(args) => delete::undelete(session, &args).await,
        ProjectCommand::Trash => delete::trash(session).await,
        ProjectCommand::Logs { id, follow: true, tail } => logs::follow(session, &id, tail).await,
        ProjectCommand::Logs { id, follow: false, tail } => logs::last(session, &id, tail).await,
        ProjectCommand::Events { id, events: args } => events(session, &id, args).await,
        ProjectCommand::Env { id } => env(session, &id).await,
        ProjectCommand::AdminPassword { id } => create::show_admin(session, &id).await,
    }
}

async fn list(session: &Session, args: &ListArgs) -> Result<(), Failure> {
    let (mut projects, mut documents, mut cursor) = (Vec::new(), Vec::new(), None);
    loop {
        let path =
            args.labels.iter().fold(Path::of(&["projects"]), |path, label| path.with("label", Some(label)));
        let path = path.with("class", args.class).with("status", args.status).with("cursor", cursor);
        let Answer { value: page, body } = session.client.get::<Page<Project>>(&path).await?;
        projects.extend(page.items);
        // unparsed, so that fields which this version does not know are kept
        documents.extend(serde_json::from_str::<Page<Value>>(&body).map_err(std::io::Error::from)?.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    session.console.document(&Page::whole(documents), || match args.output {
        _ if projects.is_empty() && args.filters() => "No project fulfils these conditions.".to_owned(),
        Some(ListFormat::Wide) => render::project::wide_rows(&projects, now()),
        None => render::project::rows(&projects, now()),
    })
}

async fn show(session: &Session, id: &ProjectId) -> Result<(), Failure> {
    let project = session.client.get::<Project>(&Path::of(&["projects", id.as_str()])).await?;
    let fleet = if session.console.is_json() { None } else { fleet(session).await };
    session.console.answer(&project, |project| render::project::page(project, fleet.as_ref(), now()))
}

/// The fleet, for details on a project's page; `None` if it cannot be read.
async fn fleet(session: &Session) -> Option<Fleet> {
    session.client.get(&Path::of(&["fleet"])).await.ok().map(|answer| answer.value)
}

async fn act(session: &Session, args: &ActArgs, verb: &str) -> Result<(), Failure> {
    let taken = session.client.post(&Path::of(&["projects", args.id.as_str(), verb])).await?;
    follow::command(session, taken, args.follow).await
}

async fn events(session: &Session, id: &ProjectId, args: EventArgs) -> Result<(), Failure> {
    let words = ["project", "events", id.as_str()];
    let parts = ["projects", id.as_str(), "events"];
    let (path, command) = filtered(Path::of(&parts), &words, args.conditions());
    let path = path.with("cursor", args.paging.cursor);
    let page = session.client.get::<Page<ProjectEvent>>(&path).await?;
    session.console.answer(&page, |page| render::lists::events(page, &command, now()))
}

async fn env(session: &Session, id: &ProjectId) -> Result<(), Failure> {
    let project = session.client.get::<Project>(&Path::of(&["projects", id.as_str()])).await?.value;
    session.console.document(&project.env, || render::project::env(&project.env))
}
