//! Moves open requests on: approved ones whose backup is verified begin, pending ones expire, and what cannot go on ends.

use model::{
    BackupId, BackupKind, BackupState, DeleteRequest, DeleteRequestId, DeleteRequestState, OperationKind,
    OperationStatus, Problem, ProblemKind, SystemEvent, VerificationState,
};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::problems;
use crate::backups::policies::policy_of;
use crate::backups::{ProjectDrop, ProjectDropInput, list_running, server_of};
use crate::jobs::{self, Request};
use crate::projects::locked::refuse_protected;
use crate::registry::Event;
use crate::{Inner, OpContext, Result};

/// Looks at every open request. One that fails is looked at again the next time.
pub(crate) async fn run(inner: &Inner) -> Result<()> {
    for row in inner.registry.open_delete_requests().await? {
        let request = &row.request;
        if let Err(error) = advance(inner, request).await {
            tracing::warn!(
                project.id = %request.project_id, request.id = %request.id, error = %crate::chain(&error),
                "moving a delete request on"
            );
        }
    }
    Ok(())
}

/// Begins an approved request at once if its backup is verified; otherwise the task begins it later.
pub(super) async fn begin_soon(inner: &Inner, id: DeleteRequestId) {
    if let Err(error) = begin_if_proved(inner, id).await {
        tracing::warn!(request.id = %id, error = %crate::chain(&error), "beginning an approved delete");
    }
}

async fn begin_if_proved(inner: &Inner, id: DeleteRequestId) -> Result<()> {
    let row = inner.registry.delete_request(id).await?;
    let approved = row.map(|row| row.request).filter(|it| it.state == DeleteRequestState::Approved);
    match approved {
        Some(request) if matches!(proof(inner, &request).await?, Proof::Verified) => {
            begin(inner, &request).await
        }
        _ => Ok(()),
    }
}

async fn advance(inner: &Inner, request: &DeleteRequest) -> Result<()> {
    let is_late = request.expires_at <= OffsetDateTime::now_utc();
    match request.state {
        DeleteRequestState::Pending if is_late => {
            end(inner, request, DeleteRequestState::Expired, None).await
        }
        DeleteRequestState::Pending | DeleteRequestState::Approved => match proof(inner, request).await? {
            Proof::Absent(problem) => end(inner, request, DeleteRequestState::Failed, Some(*problem)).await,
            Proof::Verified if request.state == DeleteRequestState::Approved => begin(inner, request).await,
            Proof::Verified | Proof::Coming => Ok(()),
        },
        DeleteRequestState::Executing => follow(inner, request).await,
        _ => Ok(()),
    }
}

/// What is known of the backup that a request rests on.
enum Proof {
    Verified,
    /// It is being taken or verified.
    Coming,
    /// It was not taken, or not verified.
    Absent(Box<Problem>),
}

async fn proof(inner: &Inner, request: &DeleteRequest) -> Result<Proof> {
    let record = inner.registry.backup(request.backup_id).await?;
    let Some(backup) = record.map(|record| record.backup) else {
        return Ok(Proof::Absent(problems::no_proof(None).into()));
    };
    let busy = [OperationKind::BackupVerify];
    let coming = match (backup.state, backup.verification.state) {
        (BackupState::Complete, VerificationState::Verified) => return Ok(Proof::Verified),
        (BackupState::Running, _) => true,
        (BackupState::Complete, VerificationState::Unverified) => {
            inner.registry.has_open_job(&request.project_id, &busy).await?
        }
        _ => false,
    };
    if coming {
        return Ok(Proof::Coming);
    }
    // the verification may have ended since the backup was read
    let again = inner.registry.backup(request.backup_id).await?;
    let is_verified = again.as_ref().is_some_and(|record| record.backup.is_verified());
    Ok(if is_verified {
        Proof::Verified
    } else {
        Proof::Absent(problems::no_proof(again.map(|record| record.backup).as_ref()).into())
    })
}

/// Opens the job, on the requester's account. A project on which another job works is begun later.
async fn begin(inner: &Inner, request: &DeleteRequest) -> Result<()> {
    let (id, op) = (&request.project_id, OpContext::platform(request.actor.clone()));
    let policy = policy_of(inner, id).await?;
    let mut change = inner.registry.change_of(&op, id).await?;
    let stands = match change.lock_project(id).await? {
        Some(record) if record.delete_requested_at.is_none() => {
            refuse_protected(&record).and_then(|()| server_of(&record).map_err(|error| error.problem()))
        }
        _ => Err(problems::project_gone(id)),
    };
    let database_server = match stands {
        Ok(server) => server,
        Err(problem) => {
            drop(change);
            return end(inner, request, DeleteRequestState::Failed, Some(problem)).await;
        }
    };
    let backup = BackupId::from(Uuid::now_v7());
    let input = ProjectDropInput {
        request: request.id,
        database_server,
        backup,
        digests: policy.digests,
        former: None,
        bytes: None,
    };
    let opening = Request { project: Some(id), input: &input, key: None };
    let operation = match jobs::open::<ProjectDrop>(&mut change, &opening).await {
        Err(error) if error.problem().kind == ProblemKind::Conflict => return Ok(()),
        opened => opened?,
    };
    list_running(inner, &mut change, (id, backup), BackupKind::PreDelete, operation.id).await?;
    if !change.execute_delete_request(request.id, operation.id, backup).await? {
        return Ok(()); // refused or withdrawn a moment ago
    }
    let detail = json!({"request": request.id, "operation": operation.id});
    Ok(change.commit(Event { project: Some(id), action: SystemEvent::DeleteBegun.into(), detail }).await?)
}

/// Ends a request whose job is over without having executed it.
async fn follow(inner: &Inner, request: &DeleteRequest) -> Result<()> {
    let operation = match request.operation_id {
        Some(operation) => inner.registry.operation(operation).await?,
        None => None,
    };
    let problem = match operation {
        Some(operation) if !operation.status.is_over() => return Ok(()),
        Some(operation) if operation.status == OperationStatus::Failed => operation.problem,
        _ => None,
    };
    let problem = problem.unwrap_or_else(|| problems::cancelled(&request.project_id));
    end(inner, request, DeleteRequestState::Failed, Some(problem)).await
}

async fn end(
    inner: &Inner,
    request: &DeleteRequest,
    state: DeleteRequestState,
    problem: Option<Problem>,
) -> Result<()> {
    let op = OpContext::platform(model::Actor::Schedule);
    let mut change = inner.registry.change(&op).await?;
    if !change.end_delete_request(request.id, state, problem.as_ref()).await? {
        return Ok(());
    }
    let problem = problem.map(|problem| problem.title);
    let detail = json!({"request": request.id, "problem": problem});
    let event = Event { project: Some(&request.project_id), action: SystemEvent::DeleteEnded.into(), detail };
    Ok(change.commit(event).await?)
}
