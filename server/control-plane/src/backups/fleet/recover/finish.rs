//! What a recovery changes in the restored registry, and what is left to do.

use std::collections::{BTreeMap, BTreeSet};

use model::{BackupId, BackupState, ByteSize, DatabaseName, ProjectId, SystemEvent, VerificationState};
use serde_json::json;
use time::OffsetDateTime;

use super::RecoveryArchive;
use crate::backups::archive::{self, Manifest, PartRole};
use crate::backups::moment::minute;
use crate::backups::problems;
use crate::ports::archive_store::ArchiveStore;
use crate::ports::postgres_host::DatabaseHosts;
use crate::registry::{Event, FoundBackup, Registry};
use crate::{OpContext, Result};

/// Backups of one project that are looked at.
const LOOKED_AT: i64 = 100;

/// The registry after a recovery.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// The number of projects.
    pub projects: usize,
    /// Projects whose database is not on its server, each with its newest usable backup: its id and the moment that it shows.
    pub lost: BTreeMap<ProjectId, Option<(BackupId, OffsetDateTime)>>,
    /// Archives of projects that are newer than the registry's own list.
    pub found: usize,
    /// Database servers that did not answer, so that it is not known whether databases of projects are there.
    pub silent: Vec<String>,
}

/// Ends sessions, lists the archives that the registry does not know, and writes the event. The registry is migrated and the engine
/// lock is held. Repeated, it writes another event and nothing else.
pub async fn finish(
    op: &OpContext,
    archive: &RecoveryArchive<'_>,
    registry: &Registry,
    hosts: &DatabaseHosts,
) -> Result<Recovered> {
    let (records, _) = registry.projects().await?;
    let known: BTreeSet<ProjectId> = records.iter().map(|record| record.project.id.clone()).collect();
    let found = unlisted(archive.store, registry, &known).await?;
    let mut change = registry.change(op).await?;
    change.end_sessions().await?;
    for (manifest, seal) in &found {
        list(&mut change, &archive.store.place(), manifest, seal).await?;
    }
    let detail = json!({
        "archive": archive.name(), "taken_at": minute(archive.taken_at()), "backups_found": found.len(),
    });
    change.commit(Event { project: None, action: SystemEvent::Recovered.into(), detail }).await?;
    let (mut lost, mut silent, mut there) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for server in hosts.all() {
        match server.host.databases().await {
            Ok(databases) => there.extend(databases.into_keys()),
            Err(_) => silent.push(server.name.to_string()),
        }
    }
    for record in &records {
        let id = &record.project.id;
        let had_one = record.project.schema_version.is_some() || record.database_must_exist;
        let is_known = !silent.contains(&record.project.database_server);
        if had_one && is_known && !there.contains(&DatabaseName::main(id.clone())) {
            lost.insert(id.clone(), newest_usable(registry, id).await?);
        }
    }
    Ok(Recovered { projects: records.len(), lost, found: found.len(), silent })
}

/// The archives of these projects in the store that the registry does not list: backups that were taken after its own.
async fn unlisted(
    store: &dyn ArchiveStore,
    registry: &Registry,
    projects: &BTreeSet<ProjectId>,
) -> Result<Vec<(Manifest, String)>> {
    let listed: BTreeSet<BackupId> = registry.listed_backups().await?.into_iter().collect();
    let mut found = Vec::new();
    for name in store.list().await? {
        let is_ours = name.project.as_ref().is_some_and(|project| projects.contains(project));
        if !is_ours || listed.contains(&name.backup) {
            continue;
        }
        match archive::open(store, &name, None).await {
            Ok((seal, manifest)) => found.push((manifest, seal.sha256())),
            Err(error) => {
                tracing::warn!(archive = %name, error = %crate::chain(&error), "an archive is left out");
            }
        }
    }
    Ok(found)
}

async fn list(
    change: &mut crate::registry::Change,
    place: &str,
    manifest: &Manifest,
    seal: &str,
) -> Result<()> {
    let Some(project) = &manifest.project else { return Ok(()) };
    let json = serde_json::to_value(manifest).map_err(|error| problems::internal(&error))?;
    let media = manifest.part(PartRole::Media).map_or(0, |part| part.plain_bytes);
    let found = FoundBackup {
        id: manifest.backup,
        project,
        kind: manifest.kind.as_str(),
        place,
        taken_at: manifest.taken_at,
        bytes: (
            ByteSize::new(manifest.stored_bytes()),
            ByteSize::new(manifest.database.bytes),
            ByteSize::new(media),
        ),
        tables_and_rows: (manifest.tables, manifest.rows),
        manifest: &json,
        seal,
    };
    Ok(change.list_found_backup(&found).await?)
}

async fn newest_usable(registry: &Registry, id: &ProjectId) -> Result<Option<(BackupId, OffsetDateTime)>> {
    let records = registry.backups_of(id, None, LOOKED_AT).await?;
    let usable = records.iter().map(|record| &record.backup).filter(|backup| {
        backup.state == BackupState::Complete && backup.verification.state != VerificationState::Failed
    });
    Ok(usable.filter_map(|backup| Some((backup.id, backup.taken_at?))).max_by_key(|(_, at)| *at))
}
