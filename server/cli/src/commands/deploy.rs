//! `atomoctl deploy`.

use model::{
    Deploy, DeployDraft, DeployId, DeployPlan, DeployProposal, DeployState, DeployVersion, Page, ProjectId,
    RepositoryAhead, SchemaDiff, WrittenSince,
};
use reqwest::Method;

use super::project::confirmed;
use super::{follow, now};
use crate::args::{DeployCommand, DeployOptionArgs, Follow, RollbackArgs};
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: DeployCommand) -> Result<(), Failure> {
    match command {
        DeployCommand::Run(args) => {
            planned_or_done(session, &args.project, &args.options, &args.draft()).await
        }
        DeployCommand::Rollback(args) => roll_back(session, &args).await,
        DeployCommand::Undo { deploy, confirm, follow } => undo(session, deploy, confirm, follow).await,
        DeployCommand::List { project, cursor } => {
            let path = Path::of(&["projects", project.as_str(), "deploys"]).with("cursor", cursor);
            let page = session.client.get::<Page<Deploy>>(&path).await?;
            session.console.answer(&page, |page| render::deploy::rows(page, now()))
        }
        DeployCommand::Show { deploy } => {
            let id = deploy.to_string();
            let deploy = session.client.get::<Deploy>(&Path::of(&["deploys", &id])).await?;
            session.console.answer(&deploy, |deploy| render::deploy::page(deploy, now()))
        }
        DeployCommand::Ahead { project } => ahead(session, &project).await,
        DeployCommand::Proposals { project } => {
            let page = session.client.get::<Page<DeployProposal>>(&proposals(&project)).await?;
            session.console.answer(&page, |page| render::deploy::proposals(&page.items, now()))
        }
        DeployCommand::Dismiss { project } => {
            let page = session.client.get::<Page<DeployProposal>>(&proposals(&project)).await?.value;
            session.client.remove(&proposals(&project)).await?;
            session.console.document(&page, || format!("The proposed deploy of {project} was dismissed."))
        }
        DeployCommand::Diff { project, from, to } => {
            let path = Path::of(&["projects", project.as_str(), "schema-diff"]);
            let path = path.with("from", Some(from)).with("to", Some(to));
            let diff = session.client.get::<SchemaDiff>(&path).await?;
            session.console.answer(&diff, render::deploy::diff)
        }
    }
}

/// With `--plan` what it would do, otherwise does it.
async fn planned_or_done(
    session: &Session,
    project: &ProjectId,
    options: &DeployOptionArgs,
    draft: &DeployDraft,
) -> Result<(), Failure> {
    if options.plan {
        let path = Path::of(&["projects", project.as_str(), "deploy-plan"]);
        let plan = session.client.send::<DeployPlan>(Method::POST, &path, draft).await?;
        return session.console.answer(&plan, |plan| render::deploy::plan(plan, now()));
    }
    let path = Path::of(&["projects", project.as_str(), "deploys"]);
    let taken = session.client.post_once(&path, draft).await?;
    follow::command(session, taken, options.follow).await
}

/// Deploys the version of a former deploy, or what ran before the last one that succeeded.
async fn roll_back(session: &Session, args: &RollbackArgs) -> Result<(), Failure> {
    let path = Path::of(&["projects", args.project.as_str(), "deploys"]);
    let page = session.client.get::<Page<Deploy>>(&path).await?.value;
    let version = match args.to {
        Some(id) => {
            let id = id.to_string();
            session.client.get::<Deploy>(&Path::of(&["deploys", &id])).await?.value.to
        }
        None => page
            .items
            .into_iter()
            .find(|deploy| deploy.state == DeployState::Succeeded)
            .map(|last| last.from)
            .ok_or_else(|| {
                Failure::Usage(format!("{} has no deploy to go back from. Nothing was sent.", args.project))
            })?,
    };
    let DeployVersion { schema_ref, release } = version;
    let draft = DeployDraft {
        r#ref: schema_ref.commit().to_string(),
        repo: schema_ref.repo().map(ToString::to_string).unwrap_or_default(),
        path: schema_ref.path().to_owned(),
        release: release.map(|release| release.to_string()).unwrap_or_default(),
        ..args.options.draft()
    };
    planned_or_done(session, &args.project, &args.options, &draft).await
}

fn proposals(project: &ProjectId) -> Path<'_> {
    Path::of(&["projects", project.as_str(), "deploy-proposals"])
}

async fn ahead(session: &Session, project: &ProjectId) -> Result<(), Failure> {
    let path = Path::of(&["projects", project.as_str(), "commits-ahead"]);
    let ahead = session.client.get::<RepositoryAhead>(&path).await?;
    session.console.answer(&ahead, |ahead| render::deploy::ahead(ahead, now()))
}

async fn undo(
    session: &Session,
    deploy: DeployId,
    confirm: Option<String>,
    wait: Follow,
) -> Result<(), Failure> {
    let id = deploy.to_string();
    let found = session.client.get::<Deploy>(&Path::of(&["deploys", &id])).await?.value;
    let written = Path::of(&["deploys", &id, "written-since"]);
    let written = session.client.get::<WrittenSince>(&written).await?.value;
    let project = &found.project_id;
    let prompt =
        format!("{}\nType {project} to undo the deploy: ", render::deploy::lost(&found, &written, now()));
    let confirm = confirmed(project, confirm, &prompt)?;
    let body = serde_json::json!({ "confirm": confirm });
    let taken = session.client.post_once(&Path::of(&["deploys", &id, "undo"]), &body).await?;
    follow::command(session, taken, wait).await
}
