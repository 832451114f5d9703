//! Backups of the control plane itself, and its recovery on an empty machine.
//!
//! An archive holds the registry, the settings without secrets and the schema files, encrypted as archives of projects are, and
//! the secret store with its key, sealed to a recovery key whose private part only the operator has. [`recover`] brings all of it
//! back before a control plane runs. `docs/disaster-recovery.md` describes both for operators.

mod commands;
mod job;
mod keys;
mod lost;
pub mod recover;
mod schedule;
mod seal;
mod take;

pub use commands::NewRecoveryKey;
pub(crate) use job::FleetBackupJob;
pub use keys::fingerprint;
pub(crate) use schedule::{begin_due_with_projects, retain_with_projects, tidy_with_projects};

use model::{Action, BackupId, FleetBackup, FleetRecovery, Problem, Target};
use time::OffsetDateTime;

use super::schedule::next_run;
use crate::{Inner, OpContext, Result};

/// Backups that lists show.
const SHOWN: i64 = 100;

/// Backups of the control plane itself.
pub struct FleetBackups<'a>(&'a Inner);

impl<'a> FleetBackups<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// How the control plane can be recovered: key, backups, and what is wrong.
    #[tracing::instrument(skip_all)]
    pub async fn recovery(&self, op: &OpContext) -> Result<FleetRecovery> {
        op.may(Action::FleetBackupView, Target::Fleet)?;
        let (inner, now) = (self.0, OffsetDateTime::now_utc());
        let backups = inner.registry.fleet_backups(SHOWN).await?;
        let policy = &inner.settings.fleet_backups.policy;
        let last = inner.registry.last_fleet_backup().await?;
        let mut recovery = FleetRecovery {
            key: keys::in_use(inner).await?,
            secrets_external: inner.settings.fleet_backups.secrets_external,
            place: inner.ports.archives.place(),
            backups: backups.into_iter().map(|record| record.backup).collect(),
            next_run: next_run(&policy.schedule, &schedule::subject()?, last, now),
            faults: Vec::new(),
        };
        recovery.faults = recovery.faults_at(now);
        Ok(recovery)
    }

    /// One backup.
    pub async fn get(&self, op: &OpContext, id: BackupId) -> Result<FleetBackup> {
        op.may(Action::FleetBackupView, Target::Fleet)?;
        let record = self.0.registry.fleet_backup(id).await?;
        let record = record.ok_or_else(|| Problem::not_found(format!("backup {id} of the control plane")))?;
        Ok(record.backup)
    }
}
