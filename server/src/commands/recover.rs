//! `atomo-fleet recover`: brings a control plane back on an empty machine, from a backup of itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use control_plane::backups::fleet::recover::{Marker, Recovered, RecoveryArchive, finish, newest};
use control_plane::ports::archive_store::{ArchiveName, ArchiveStore};
use control_plane::registry::Registry;
use model::{BackupId, SecretsBackup, span};
use time::OffsetDateTime;

use super::host::on_the_host;
use super::print;
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::shutdown::undo;
use crate::wiring::{self, IDENTITY, Storage};

#[derive(Debug, Args)]
pub struct Recover {
    /// The archive: latest, _fleet/ID in the configured archive store, or the path of its folder
    #[arg(long, value_name = "ARCHIVE")]
    from: String,
    /// The file with the private recovery key (AGE-SECRET-KEY-1...)
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
}

/// Recovers. Interrupted at any place, the same command completes it.
pub async fn run(config: &Config, arguments: Recover) -> anyhow::Result<()> {
    let begun = Instant::now();
    let dir = DataDir::open(&config.data_dir)?;
    let _lock = dir.lock()?;
    let (store, backup) = source(config, &dir, &arguments.from).await?;
    let opened = RecoveryArchive::open(&*store, backup, arguments.identity.as_deref()).await;
    let archive = opened.map_err(|error| told(&error))?;
    print(&format!("Archive {} of {}, in {}.", archive.name(), minute(archive.taken_at()), store.place()));
    archive.check().await.map_err(|error| told(&error))?;
    print("Every part has the right checksum, and the key opens what is sealed.");
    let storage = wiring::storage(config, &dir).await?;
    let recovered = match recovered(config, &dir, &archive, &storage).await {
        Ok(recovered) => recovered,
        Err(error) => return Err(undo(error, storage.release()).await),
    };
    storage.release().await?;
    report(&archive, &recovered, begun.elapsed());
    Ok(())
}

/// Registry and secrets, then what a recovery changes in the registry. The last act is that the recovery counts as complete.
async fn recovered(
    config: &Config,
    dir: &DataDir,
    archive: &RecoveryArchive<'_>,
    storage: &Storage,
) -> anyhow::Result<Recovered> {
    let database = storage.registry_database();
    archive.check_target(&database, dir.path()).await.map_err(|error| told(&error))?;
    archive.recover(&database, dir.path()).await.map_err(|error| told(&error))?;
    identity_in_place(config, dir)?;
    let registry =
        Registry::connect(storage.registry_options()).await.context("connecting to the registry")?;
    let finished = async {
        let _lock = registry.lock_engine().await?;
        registry.migrate().await.context("migrating the registry")?;
        let finished = finish(&on_the_host(), archive, &registry, &storage.hosts()).await;
        finished.map_err(|error| told(&error))
    };
    let finished = finished.await;
    registry.close().await;
    let finished = finished?;
    Marker::remove(dir.path()).map_err(|error| told(&error))?;
    Ok(finished)
}

/// The store and the backup that the argument names.
async fn source(
    config: &Config,
    dir: &DataDir,
    from: &str,
) -> anyhow::Result<(Arc<dyn ArchiveStore>, BackupId)> {
    let path = Path::new(from);
    if path.is_dir() {
        let path = path.canonicalize().with_context(|| format!("--from {from}"))?;
        let backup = path.file_name().and_then(|name| name.to_str()?.parse().ok());
        let root = path.parent().filter(|owner| owner.ends_with("_fleet")).and_then(Path::parent);
        let (Some(backup), Some(root)) = (backup, root) else {
            bail!("--from {from}: the folder of an archive of a control plane ends with _fleet/ID");
        };
        return Ok((wiring::archives_in(root), backup));
    }
    let store = wiring::archive_store(config, dir);
    if from == "latest" {
        let latest = newest(&*store).await.map_err(|error| told(&error))?;
        let none = || {
            anyhow!(
                "there is no backup of a control plane in {}; ATOMO_FLEET_BACKUPS names the store",
                store.place()
            )
        };
        let latest = latest.ok_or_else(none)?;
        return Ok((store, latest));
    }
    let text = if from.contains('/') { from.to_owned() } else { format!("_fleet/{from}") };
    match text.parse::<ArchiveName>() {
        Ok(ArchiveName { project: None, backup }) => Ok((store, backup)),
        _ => bail!(
            "--from {from}: accepted are latest, _fleet/ID in {}, and the path of its folder",
            store.place()
        ),
    }
}

/// The identity of backups was sealed with the secrets; the setting names where it belongs.
fn identity_in_place(config: &Config, dir: &DataDir) -> anyhow::Result<()> {
    let recovered = dir.join(IDENTITY);
    let Some(place) = config.backups.identity.as_deref().filter(|place| !place.exists()) else {
        return Ok(());
    };
    if recovered.exists() {
        // a copy of the file has its mode, 0600
        std::fs::copy(&recovered, place)
            .with_context(|| format!("copying {} to {}", recovered.display(), place.display()))?;
    }
    Ok(())
}

fn report(archive: &RecoveryArchive<'_>, recovered: &Recovered, took: Duration) {
    let age = span(OffsetDateTime::now_utc() - archive.taken_at());
    print(&format!(
        "The registry is that of {}: {} projects.",
        minute(archive.taken_at()),
        recovered.projects
    ));
    print(match archive.secrets() {
        SecretsBackup::Sealed => "The secrets are in their place.",
        SecretsBackup::External => "The secrets are in AWS SSM, where they were.",
        SecretsBackup::Missing => "The archive has no secrets: there was no recovery key when it was taken.",
    });
    if recovered.found > 0 {
        print(&format!(
            "{} archives of projects that are newer than the registry were listed.",
            recovered.found
        ));
    }
    for server in &recovered.silent {
        print(&format!(
            "The database server {server} does not answer: whether databases are lost there is not known."
        ));
    }
    lost(recovered);
    print(&format!(
        "RPO reached: {age}. Changes of the control plane after {} are lost.",
        minute(archive.taken_at())
    ));
    print(&format!("RTO reached: {:.1} s.", took.as_secs_f32()));
    print("Start it now: atomo-fleet serve");
}

/// Names the projects without a database, and the commands that give them one.
fn lost(recovered: &Recovered) {
    if recovered.lost.is_empty() {
        return;
    }
    print(
        "These projects have no database here. After the start, each is restored with its command, or all with the last one:",
    );
    for (project, backup) in &recovered.lost {
        print(&match backup {
            Some((backup, at)) => format!(
                "  atomoctl backup restore {backup} --confirm {project} --without-backup --wait    # {project} of {}",
                minute(*at)
            ),
            None => format!("  # {project} has no backup that can be restored"),
        });
    }
    print("  atomoctl fleet restore-projects --wait");
}

fn minute(at: OffsetDateTime) -> String {
    format!("{} {:02}:{:02}:{:02} UTC", at.date(), at.hour(), at.minute(), at.second())
}

/// The error with the remedy, as the dashboard shows it.
fn told(error: &control_plane::Error) -> anyhow::Error {
    let problem = error.problem();
    anyhow!("{}. {}", problem.title, problem.detail)
}
