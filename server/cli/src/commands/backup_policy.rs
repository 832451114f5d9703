//! `atomoctl backup policy`.

use model::{BackupPolicyDraft, ProjectBackupPolicy, ProjectId};
use reqwest::Method;

use super::now;
use crate::args::{BackupPolicyCommand, PolicyChange};
use crate::client::{Answer, Path};
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: BackupPolicyCommand) -> Result<(), Failure> {
    let answer = match command {
        BackupPolicyCommand::Show { project } => session.client.get(&policy_of(&project)).await?,
        BackupPolicyCommand::Set { project, change } => set(session, &project, change).await?,
        BackupPolicyCommand::Reset { project } => session.client.delete(&policy_of(&project)).await?,
    };
    session.console.answer(&answer, |policy| render::backup_policy::page(policy, now()))
}

fn policy_of(project: &ProjectId) -> Path<'_> {
    Path::of(&["projects", project.as_str(), "backup-policy"])
}

/// The API replaces a policy as a whole.
async fn set(
    session: &Session,
    project: &ProjectId,
    change: PolicyChange,
) -> Result<Answer<ProjectBackupPolicy>, Failure> {
    let path = policy_of(project);
    let present = session.client.get::<ProjectBackupPolicy>(&path).await?.value.policy;
    let mut draft = BackupPolicyDraft::from(&present);
    let PolicyChange { schedule, last, daily, weekly, monthly, verify, digests, boot } = change;
    draft.schedule = schedule.unwrap_or(draft.schedule);
    let retention = &mut draft.retention;
    for (field, typed) in [
        (&mut retention.last, last),
        (&mut retention.daily, daily),
        (&mut retention.weekly, weekly),
        (&mut retention.monthly, monthly),
    ] {
        *field = typed.map(Into::into).or_else(|| field.take());
    }
    draft.verify = verify.or(draft.verify);
    draft.digests = digests.or(draft.digests);
    draft.boot = boot.or(draft.boot);
    session.client.send(Method::PUT, &path, &draft).await
}
