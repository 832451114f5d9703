//! `atomoctl rollout`.

use std::time::Duration;

use model::{Hint, Page, ResumeDraft, Rollout, RolloutDraft, RolloutId, RolloutPlan, RolloutState};
use reqwest::Method;

use super::now;
use crate::args::{Follow, RolloutCommand};
use crate::client::{Answer, Path};
use crate::failure::Failure;
use crate::render;
use crate::session::Session;
use crate::wait::Hints;

/// Maximum time between two reads.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs the command.
pub async fn run(session: &Session, command: RolloutCommand) -> Result<(), Failure> {
    match command {
        RolloutCommand::Plan(args) | RolloutCommand::Run { args, dry_run: true, .. } => {
            plan(session, &args.draft()).await
        }
        RolloutCommand::Run { args, follow, .. } => {
            let path = Path::of(&["rollouts"]);
            let begun = session.client.send::<Rollout>(Method::POST, &path, &args.draft()).await?;
            shown_or_followed(session, begun, follow).await
        }
        RolloutCommand::List { cursor } => {
            let path = Path::of(&["rollouts"]).with("cursor", cursor);
            let page = session.client.get::<Page<Rollout>>(&path).await?;
            session.console.answer(&page, |page| render::rollout::rows(page, now()))
        }
        RolloutCommand::Show { rollout } => show(session, &look(session, rollout).await?),
        RolloutCommand::Resume { rollout, skip, follow } => {
            let id = rollout.to_string();
            let path = Path::of(&["rollouts", &id, "resume"]);
            let draft = ResumeDraft { skip };
            let resumed = session.client.send::<Rollout>(Method::POST, &path, &draft).await?;
            shown_or_followed(session, resumed, follow).await
        }
        RolloutCommand::Cancel { rollout } => {
            let id = rollout.to_string();
            show(session, &session.client.post(&Path::of(&["rollouts", &id, "cancel"])).await?)
        }
    }
}

async fn plan(session: &Session, draft: &RolloutDraft) -> Result<(), Failure> {
    let path = Path::of(&["rollout-plans"]);
    let plan = session.client.send::<RolloutPlan>(Method::POST, &path, draft).await?;
    session.console.answer(&plan, render::rollout::plan)
}

fn show(session: &Session, rollout: &Answer<Rollout>) -> Result<(), Failure> {
    session.console.answer(rollout, |rollout| render::rollout::page(rollout, now()))
}

async fn look(session: &Session, id: RolloutId) -> Result<Answer<Rollout>, Failure> {
    let id = id.to_string();
    session.client.get(&Path::of(&["rollouts", &id])).await
}

/// Prints the rollout; with `--wait` when it is paused or over. Fails unless it succeeded.
async fn shown_or_followed(session: &Session, begun: Answer<Rollout>, follow: Follow) -> Result<(), Failure> {
    let Some(limit) = follow.limit() else { return show(session, &begun) };
    let id = begun.value.id;
    let seconds = limit.as_secs();
    let waiting = tokio::time::timeout(limit, until_still(session, id)).await;
    let last = waiting.unwrap_or(Err(Failure::RolloutTimedOut { rollout: id, seconds }))?;
    show(session, &last)?;
    match last.value.problem {
        Some(problem) => Err(Failure::OperationEnded(problem)),
        None => Ok(()),
    }
}

/// Returns the rollout when it is paused or over and no member is under way.
async fn until_still(session: &Session, id: RolloutId) -> Result<Answer<Rollout>, Failure> {
    let mut hints = Hints::follow(session.client.clone(), |hint| {
        matches!(hint, Hint::Operation { .. } | Hint::Project { .. })
    });
    loop {
        match look(session, id).await {
            Ok(found) => {
                let rollout = &found.value;
                if rollout.state != RolloutState::Running && rollout.counts.running == 0 {
                    return Ok(found);
                }
            }
            Err(failure) if failure.is_transient() => {}
            Err(failure) => return Err(failure),
        }
        hints.next(LOOK_EVERY).await;
    }
}
