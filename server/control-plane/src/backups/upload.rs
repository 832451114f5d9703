//! An archive that is uploaded: checked while it arrives, and listed only if every byte is what its seal says.
//!
//! Seal and manifest come first, so a version that cannot be read is refused before anything is stored. Parts are staged in the
//! archive store, and become visible all at once after the last checksum was right.

mod tar;

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use model::{
    Action, Backup, BackupKind, ByteSize, DatabaseServerName, Problem, ProblemKind, ProjectId, Target,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use self::tar::{Entry, TarStream};
use super::archive::{self, MANIFEST, Manifest, PartRole, Seal};
use super::verify::{BackupVerification, VerifyInput};
use super::{Backups, create, moment, problems};
use crate::jobs::{self, Request};
use crate::observe::server_info;
use crate::ports::archive_store::{ArchiveName, ArchiveWriter, SEAL};
use crate::registry::{CompleteBackup, Event, NewBackup};
use crate::{OpContext, Result};

/// The largest seal and the largest manifest that are accepted.
const SMALL: u64 = 4 * 1024 * 1024;

/// What came first: the seal, and the manifest that it covers.
struct Opening {
    seal: Seal,
    manifest: Manifest,
    json: Bytes,
}

impl Backups<'_> {
    /// Stores an archive that was downloaded from this or another installation, and lists it as a backup of its project, or of the
    /// one that is named. Its verification is requested. A fault in any byte refuses all of it.
    #[tracing::instrument(skip_all)]
    pub async fn upload(
        &self,
        op: &OpContext,
        project: Option<ProjectId>,
        bytes: BoxStream<'static, std::io::Result<Bytes>>,
    ) -> Result<Backup> {
        op.may(Action::BackupUpload, project.as_ref().map_or(Target::Anywhere, Target::Project))?;
        let mut tar = TarStream::new(bytes);
        let opening = opening(&mut tar).await?;
        let of = opening.manifest.project.clone();
        let of = of.ok_or_else(|| refused("it is a backup of a control plane, not of a project"))?;
        let id = project.unwrap_or(of);
        op.may(Action::BackupUpload, Target::Project(&id))?;
        let server = self.admit(&id, &opening.manifest).await?;
        let name = ArchiveName { project: Some(id), backup: opening.manifest.backup };
        let mut writer = self.0.ports.archives.create(&name).await?;
        match store(&mut *writer, &mut tar, &opening).await {
            Ok(()) => writer.complete(Bytes::from(opening.seal.to_string())).await?,
            Err(error) => {
                if let Err(left) = writer.abort().await {
                    tracing::warn!(error = %crate::chain(&left), "removing a refused upload");
                }
                return Err(error);
            }
        }
        self.list_uploaded(op, &name, &opening, server).await
    }

    /// Refuses what cannot be restored here, before anything is stored. Returns the server on which it is verified.
    async fn admit(&self, id: &ProjectId, manifest: &Manifest) -> Result<DatabaseServerName> {
        if let Some(known) = self.0.registry.backup(manifest.backup).await?
            && known.backup.state != model::BackupState::Removed
        {
            return Err(known_already(&known.backup).into());
        }
        self.refuse_unreadable(manifest)?;
        let record = self.0.registry.project(id).await?;
        let server = record.as_ref().map_or_else(|| Ok(DatabaseServerName::default()), create::server_of)?;
        let info = server_info::of(self.0, self.0.ports.postgres.of(server.as_str())?).await?;
        let (theirs, ours) = (manifest.database.server_version / 10_000, info.version / 10_000);
        if theirs > ours {
            return Err(refused(&format!(
                "it is of PostgreSQL {theirs}, and the database server {server} is PostgreSQL {ours}"
            ))
            .into());
        }
        Ok(server)
    }

    /// Refuses an archive that is encrypted to other keys than ours, with their recipients.
    fn refuse_unreadable(&self, manifest: &Manifest) -> Result<()> {
        if manifest.recipients.is_empty() {
            return Ok(());
        }
        let identities = self.0.settings.backup_keys.identities().unwrap_or_default();
        let ours: BTreeSet<String> = identities.iter().map(|key| key.to_public().to_string()).collect();
        if manifest.recipients.iter().any(|recipient| ours.contains(recipient)) {
            return Ok(());
        }
        let recipients = manifest.recipients.join(", ");
        Err(refused(&format!(
            "it is encrypted to {recipients}, and ATOMO_FLEET_BACKUP_IDENTITY has the key of none of them"
        ))
        .into())
    }

    async fn list_uploaded(
        &self,
        op: &OpContext,
        name: &ArchiveName,
        opening: &Opening,
        server: DatabaseServerName,
    ) -> Result<Backup> {
        let Opening { seal, manifest, .. } = opening;
        let id = name.project.as_ref().ok_or_else(problems::without_project)?;
        let json = serde_json::to_value(manifest).map_err(|error| problems::internal(&error))?;
        let media = manifest.part(PartRole::Media).map_or(0, |part| part.plain_bytes);
        let complete = CompleteBackup {
            taken_at: manifest.taken_at,
            stored: ByteSize::new(manifest.stored_bytes()),
            database: ByteSize::new(manifest.database.bytes),
            media: ByteSize::new(media),
            tables_and_rows: (manifest.tables, manifest.rows),
            manifest: &json,
            seal: &seal.sha256(),
        };
        let mut change = self.0.registry.change(op).await?;
        let input = VerifyInput::new(name.backup, server, false);
        let request = Request { project: Some(id), input: &input, key: None };
        let verification = jobs::open::<BackupVerification>(&mut change, &request).await?;
        let place = self.0.ports.archives.place();
        let (kind, operation) = (BackupKind::Uploaded, verification.id);
        change.forget_removed_backup(name.backup).await?;
        change
            .begin_backup(&NewBackup { id: name.backup, project: id, kind, operation, place: &place })
            .await?;
        change.complete_backup(name.backup, &complete).await?;
        let detail = json!({
            "backup": name.backup, "taken_at": moment::minute(manifest.taken_at), "operation": operation,
            "project": manifest.project,
        });
        change.commit(Event { project: Some(id), action: Action::BackupUpload.into(), detail }).await?;
        let record = self.0.registry.backup(name.backup).await?;
        Ok(record.ok_or_else(|| Problem::not_found(format!("backup {}", name.backup)))?.backup)
    }
}

/// Seal and manifest, which have to come first, checked against each other.
async fn opening(tar: &mut TarStream) -> Result<Opening> {
    let (mut seal, mut json) = (None, None);
    while seal.is_none() || json.is_none() {
        let Some(entry) = tar.next().await? else {
            return Err(refused("it has no seal or no manifest").into());
        };
        match entry.name.as_str() {
            SEAL if seal.is_none() => seal = Some(small(tar, &entry).await?),
            MANIFEST if json.is_none() => json = Some(small(tar, &entry).await?),
            name => {
                return Err(refused(&format!(
                    "{SEAL} and {MANIFEST} have to be its first files, not {name}"
                ))
                .into());
            }
        }
    }
    let (seal, json) = (seal.unwrap_or_default(), json.unwrap_or_default());
    let (seal, manifest) = archive::checked(&seal, &json, None)?;
    let mut roles = Vec::new();
    for part in &manifest.parts {
        if part.name != part.role.part(!manifest.recipients.is_empty()) || roles.contains(&part.role) {
            return Err(refused(&format!("its manifest names the part {:?}", part.name)).into());
        }
        roles.push(part.role);
    }
    let expected: BTreeSet<&str> =
        manifest.parts.iter().map(|part| part.name.as_str()).chain([MANIFEST]).collect();
    if seal.parts().collect::<BTreeSet<_>>() != expected {
        return Err(refused("seal and manifest name different parts").into());
    }
    for role in [PartRole::Database, PartRole::Contents, PartRole::Project] {
        if !roles.contains(&role) {
            return Err(refused(&format!("it has no {}", role.file())).into());
        }
    }
    Ok(Opening { seal, manifest, json })
}

async fn small(tar: &mut TarStream, entry: &Entry) -> Result<Bytes> {
    if entry.size > SMALL {
        return Err(refused(&format!("{} is larger than {}", entry.name, ByteSize::new(SMALL))).into());
    }
    let mut bytes = BytesMut::new();
    while let Some(piece) = tar.chunk().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}

/// Stages every part, and checks size and sum of each.
async fn store(writer: &mut dyn ArchiveWriter, tar: &mut TarStream, opening: &Opening) -> Result<()> {
    let mut missing: BTreeSet<&str> = opening.manifest.parts.iter().map(|part| part.name.as_str()).collect();
    while let Some(entry) = tar.next().await? {
        let part = opening.manifest.parts.iter().find(|part| part.name == entry.name);
        let part = part.ok_or_else(|| refused(&format!("the manifest does not name {:?}", entry.name)))?;
        if !missing.remove(part.name.as_str()) {
            return Err(refused(&format!("{} is in it twice", part.name)).into());
        }
        if entry.size != part.stored_bytes {
            return Err(problems::damaged(&part.name, "its size is wrong").into());
        }
        writer.begin(&archive::part_name(&part.name)?).await?;
        let mut sum = Sha256::new();
        while let Some(piece) = tar.chunk().await? {
            sum.update(&piece);
            writer.write(piece).await?;
        }
        writer.end().await?;
        if hex::encode(sum.finalize()) != part.stored_sha256 {
            return Err(problems::damaged(&part.name, "its checksum is wrong").into());
        }
    }
    if let Some(name) = missing.first() {
        return Err(refused(&format!("{name} is missing")).into());
    }
    writer.begin(&archive::part_name(MANIFEST)?).await?;
    writer.write(opening.json.clone()).await?;
    Ok(writer.end().await?)
}

fn refused(reason: &str) -> Problem {
    let detail = format!("Nothing was stored. The file is not accepted: {reason}.");
    problems::refused("The archive is not accepted", detail)
}

fn known_already(backup: &Backup) -> Problem {
    let detail =
        format!("Nothing was stored. The backup {} of {} is listed already.", backup.id, backup.project_id);
    Problem::new(ProblemKind::Conflict, "The backup is listed already", detail)
}
