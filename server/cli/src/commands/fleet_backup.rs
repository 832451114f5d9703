//! Backups of the control plane itself, and the restore of projects whose database is lost.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path as File, PathBuf};
use std::time::Instant;

use model::{BackupId, FleetBackup, FleetRecovery, LostProject, OperationId, Page, RecoveryKey, span};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{follow, now};
use crate::args::Follow;
use crate::client::{Accepted, Answer, Path};
use crate::failure::Failure;
use crate::session::Session;
use crate::{render, wait};

/// A new recovery key, as it is answered once.
#[derive(Deserialize)]
struct Made {
    identity: SecretString,
    key: RecoveryKey,
    #[serde(default)]
    operation: Option<OperationId>,
}

/// `fleet recovery`.
pub async fn recovery(session: &Session) -> Result<(), Failure> {
    let recovery = session.client.get::<FleetRecovery>(&Path::of(&["fleet", "recovery"])).await?;
    session.console.answer(&recovery, |recovery| render::fleet_backup::recovery(recovery, now()))
}

/// `fleet backup`. With `--wait`, prints the backup itself.
pub async fn create(session: &Session, follow: Follow) -> Result<(), Failure> {
    let taken: Answer<Accepted> = session.client.post(&Path::of(&["fleet", "backups"])).await?;
    let Some(limit) = follow.limit() else { return follow::command(session, taken, follow).await };
    let id = taken.value.operation.id;
    wait::outcome(&wait::until_over(session, id, limit).await?.value)?;
    let recovery = session.client.get::<FleetRecovery>(&Path::of(&["fleet", "recovery"])).await?.value;
    let Some(backup) = recovery.backups.into_iter().find(|backup| backup.operation_id == id) else {
        return Err(Failure::Usage(format!("The backup of the operation {id} was removed meanwhile.")));
    };
    let path = ["fleet", "backups", &backup.id.to_string()];
    let backup = session.client.get::<FleetBackup>(&Path::of(&path)).await?;
    session.console.answer(&backup, |backup| render::fleet_backup::page(backup, now()))
}

/// `fleet recovery-key`.
pub async fn recovery_key(session: &Session, output: Option<PathBuf>, follow: Follow) -> Result<(), Failure> {
    if let Some(file) = output.as_deref().filter(|file| file.exists()) {
        return Err(Failure::Usage(format!("{} exists. No key was made.", file.display())));
    }
    let made: Answer<Made> = session.client.post(&Path::of(&["fleet", "recovery-key"])).await?;
    let fingerprint = made.value.key.fingerprint.clone();
    match &output {
        Some(file) => {
            write(file, &made.value)?;
            let document = serde_json::json!({
                "key": made.value.key, "file": file, "operation": made.value.operation,
            });
            let told = || format!("The recovery key {fingerprint} is in {}.", file.display());
            session.console.document(&document, told)?;
        }
        None => session.console.answer(&made, |made| made.identity.expose_secret().to_owned())?,
    }
    session.console.note(&format!(
        "The private key of the recovery key {fingerprint} is shown once. Keep it where the archives are not."
    ));
    match follow.limit().zip(made.value.operation) {
        Some((limit, operation)) => wait::outcome(&wait::until_over(session, operation, limit).await?.value),
        None => Ok(()),
    }
}

/// The file has the format of `age-keygen`.
fn write(file: &File, made: &Made) -> Result<(), Failure> {
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(out, "# recovery key {}", made.key.fingerprint)?;
    writeln!(out, "# public key: {}", made.key.recipient)?;
    writeln!(out, "{}", made.identity.expose_secret())?;
    Ok(out.sync_all()?)
}

/// `fleet remove-backup`.
pub async fn remove(session: &Session, backup: BackupId) -> Result<(), Failure> {
    session.client.remove(&Path::of(&["fleet", "backups", &backup.to_string()])).await?;
    let told = || format!("The backup {backup} of the control plane and its archive are removed.");
    session.console.document(&serde_json::json!({"removed": backup}), told)
}

/// `fleet restore-projects`. With `--wait`, prints what was reached of each.
pub async fn restore_projects(session: &Session, follow: Follow) -> Result<(), Failure> {
    let begun = Instant::now();
    let lost: Answer<Page<LostProject>> =
        session.client.post(&Path::of(&["fleet", "restore-projects"])).await?;
    let Some(limit) = follow.limit() else {
        return session.console.answer(&lost, |lost| render::fleet_backup::lost(lost, now()));
    };
    session.console.answer(&lost, |lost| render::fleet_backup::lost(lost, now()))?;
    let mut failed = None;
    for project in &lost.value.items {
        let outcome = match project.operation {
            Some(operation) => wait::outcome(&wait::until_over(session, operation, limit).await?.value),
            None => Err(not_restored(project)),
        };
        failed = failed.or(outcome.err());
    }
    if let Some(failed) = failed {
        return Err(failed);
    }
    let oldest = lost.value.items.iter().filter_map(|project| project.taken_at).min();
    if let Some(oldest) = oldest {
        session.console.note(&format!("RPO reached: {} at most.", span(now() - oldest)));
    }
    session.console.note(&format!("RTO reached: {:.1} s.", begun.elapsed().as_secs_f32()));
    Ok(())
}

fn not_restored(project: &LostProject) -> Failure {
    let reason = project.problem.as_deref().unwrap_or("no restore was opened.");
    Failure::Usage(format!("{} was not restored: {reason}", project.project))
}
