//! Commands on backups of the control plane.

use age::secrecy::ExposeSecret as _;
use model::{
    Action, BackupId, BackupKind, Operation, OperationId, OperationKind, Problem, ProblemKind, RecoveryKey,
    Target,
};
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::job::{FleetBackupInput, FleetBackupJob};
use super::{FleetBackups, keys};
use crate::backups::moment::minute;
use crate::jobs::{self, Request};
use crate::ports::archive_store::ArchiveName;
use crate::projects::idempotency;
use crate::registry::{Change, Event, IdempotencyKey, NewFleetBackup};
use crate::{OpContext, Result};

/// What identifies requests for a backup of the control plane.
const SUBJECT: &str = "_fleet";

/// A new recovery key. The private part is in this answer and nowhere else.
#[derive(Debug)]
pub struct NewRecoveryKey {
    /// The public part.
    pub key: RecoveryKey,
    /// The private part, an `age` identity: `AGE-SECRET-KEY-1…`.
    pub identity: SecretString,
    /// The first backup that is sealed to it; `None` if one was under way.
    pub operation: Option<OperationId>,
}

impl FleetBackups<'_> {
    /// Opens the job that takes a backup of the control plane and proves it.
    #[tracing::instrument(skip_all)]
    pub async fn create(&self, op: &OpContext) -> Result<Operation> {
        op.may(Action::FleetBackupCreate, Target::Fleet)?;
        let key = idempotency::key(op, OperationKind::FleetBackup, SUBJECT, &())?;
        let begin = || self.begin(op, BackupKind::Manual, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    pub(super) async fn begin(
        &self,
        op: &OpContext,
        kind: BackupKind,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let mut change = self.alone(op).await?;
        let (backup, operation) = self.open(&mut change, kind, key).await?;
        let detail = json!({"backup": backup, "operation": operation.id, "kind": kind.as_str()});
        change.commit(Event { project: None, action: Action::FleetBackupCreate.into(), detail }).await?;
        Ok(operation)
    }

    /// A change under the lock of the fleet, while no backup of it is under way.
    async fn alone(&self, op: &OpContext) -> Result<Change> {
        let mut change = self.0.registry.change(op).await?;
        change.lock_fleet().await?;
        match self.0.registry.open_fleet_backup().await? {
            Some(job) => Err(at_work(job).into()),
            None => Ok(change),
        }
    }

    async fn open(
        &self,
        change: &mut Change,
        kind: BackupKind,
        key: Option<&IdempotencyKey>,
    ) -> Result<(BackupId, Operation)> {
        let id = BackupId::from(Uuid::now_v7());
        let request = Request { project: None, input: &FleetBackupInput { backup: id, kind }, key };
        let operation = jobs::open::<FleetBackupJob>(change, &request).await?;
        let place = self.0.ports.archives.place();
        change
            .begin_fleet_backup(&NewFleetBackup { id, kind, operation: operation.id, place: &place })
            .await?;
        Ok((id, operation))
    }

    /// Makes a recovery key and takes a backup that is sealed to it. Archives of a former key stay with that one.
    #[tracing::instrument(skip_all)]
    pub async fn make_recovery_key(&self, op: &OpContext) -> Result<NewRecoveryKey> {
        op.may(Action::RecoveryKeyMake, Target::Fleet)?;
        if let Some(recipient) = &self.0.settings.fleet_backups.recipient {
            return Err(named_by_a_setting(&keys::fingerprint(recipient)).into());
        }
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public().to_string();
        let key = RecoveryKey { fingerprint: keys::fingerprint(&recipient), recipient, made_at: None };
        let mut change = self.0.registry.change(op).await?;
        change.lock_fleet().await?;
        change.add_recovery_key(&key).await?;
        let operation = match self.0.registry.open_fleet_backup().await? {
            Some(_) => None,
            None => Some(self.open(&mut change, BackupKind::Manual, None).await?.1.id),
        };
        let detail = json!({"fingerprint": key.fingerprint, "operation": operation});
        change.commit(Event { project: None, action: Action::RecoveryKeyMake.into(), detail }).await?;
        let identity = SecretString::from(identity.to_string().expose_secret().to_owned());
        Ok(NewRecoveryKey { key, identity, operation })
    }

    /// Removes a backup and its archive. The row stays, as removed.
    #[tracing::instrument(skip_all, fields(backup.id = %id))]
    pub async fn remove(&self, op: &OpContext, id: BackupId) -> Result<()> {
        op.may(Action::FleetBackupRemove, Target::Fleet)?;
        let record = self.0.registry.fleet_backup(id).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("backup {id} of the control plane")))?;
        let mut change = self.0.registry.change(op).await?;
        if !change.remove_fleet_backup(id).await? {
            let detail = format!("Nothing was changed. The backup {id} is {}.", record.backup.state);
            return Err(Problem::new(ProblemKind::Conflict, "The backup cannot be removed", detail).into());
        }
        let detail = json!({"backup": id, "taken_at": record.backup.taken_at.map(minute)});
        change.commit(Event { project: None, action: Action::FleetBackupRemove.into(), detail }).await?;
        let name = ArchiveName { project: None, backup: id };
        if let Err(error) = self.0.ports.archives.remove(&name).await {
            tracing::warn!(backup.id = %id, error = %crate::chain(&error), "removing an archive");
        }
        Ok(())
    }
}

fn at_work(job: OperationId) -> Problem {
    let detail = "Nothing was changed. A backup of the control plane is under way. Wait until it is over, or cancel it.";
    let problem = Problem::new(ProblemKind::Conflict, "A backup of the control plane is under way", detail);
    Problem { operation: Some(job), ..problem }
}

fn named_by_a_setting(fingerprint: &str) -> Problem {
    let detail = format!(
        "Nothing was changed. ATOMO_FLEET_RECOVERY_RECIPIENT names the recovery key {fingerprint}. To make one here, remove the \
         setting and restart the server."
    );
    Problem::new(ProblemKind::Conflict, "A setting names the recovery key", detail)
}
