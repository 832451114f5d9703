//! Rollouts: context, call, answer.

use leptos::prelude::*;
use model::{Page, ResumeDraft, Rollout, RolloutDraft, RolloutId, RolloutPlan};

use super::form::RolloutForm;
use crate::call_context::{CallContext, ask, command};
use crate::error::AppError;

/// Rollouts, newest first; only those older than `before` if it is given.
pub(super) async fn get_rollouts(before: Option<RolloutId>) -> Result<Page<Rollout>, AppError> {
    ask(|context| async move { context.plane.rollouts().list(&context.op, before).await }).await
}

/// One rollout with its members.
pub(super) async fn get_rollout(id: RolloutId) -> Result<Rollout, AppError> {
    ask(|context| async move { context.plane.rollouts().get(&context.op, id).await }).await
}

/// What a rollout would do now.
pub(super) async fn get_rollout_plan(draft: RolloutDraft) -> Result<RolloutPlan, AppError> {
    ask(|context| async move { context.plane.rollouts().plan(&context.op, &draft).await }).await
}

/// Begins a rollout.
#[server(prefix = "/actions", endpoint = "begin_rollout")]
pub(crate) async fn begin_rollout(form: RolloutForm) -> Result<(), AppError> {
    let draft = form.draft();
    let begin =
        |context: CallContext| async move { context.plane.rollouts().begin(&context.op, &draft).await };
    command(&form, begin, page).await
}

/// Resumes a paused rollout; `skip` is `true` where members that failed are passed over.
#[server(prefix = "/actions", endpoint = "resume_rollout")]
pub(crate) async fn resume_rollout(id: RolloutId, skip: bool) -> Result<(), AppError> {
    let resume = |context: CallContext| async move {
        context.plane.rollouts().resume(&context.op, id, &ResumeDraft { skip }).await
    };
    command((), resume, page).await
}

/// Cancels a rollout.
#[server(prefix = "/actions", endpoint = "cancel_rollout")]
pub(crate) async fn cancel_rollout(id: RolloutId) -> Result<(), AppError> {
    let cancel = |context: CallContext| async move { context.plane.rollouts().cancel(&context.op, id).await };
    command((), cancel, page).await
}

fn page(rollout: &Rollout) -> String {
    format!("/rollouts/{}", rollout.id)
}
