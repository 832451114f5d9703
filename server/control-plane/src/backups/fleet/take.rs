//! Takes a backup of the control plane: the registry in one snapshot, and the files around it.

use std::io;
use std::sync::Arc;

use age::x25519::Recipient;
use model::{BackupId, BackupKind, InstanceKey, RecoveryKey, SecretsBackup};
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::{keys, seal};
use crate::backups::archive::{ArchiveBuilder, FORMAT, FleetPart, Manifest, Part, PartRole, Produced};
use crate::backups::dump::dump;
use crate::backups::problems;
use crate::backups::take::{bytes, catalog_sha256, contents_part};
use crate::jobs::JobContext;
use crate::ports::archive_store::ArchiveName;
use crate::ports::database_copies::{DatabaseContents, DatabaseFacts, DatabaseSnapshot};
use crate::ports::driver::{FileDelivery, SchemaFiles};
use crate::{Inner, Result, registry, snapshot};

/// Writes the archive. On an error nothing is visible in the store.
pub(super) async fn take<I: Send + Sync>(
    job: &JobContext<I>,
    backup: BackupId,
    kind: BackupKind,
) -> Result<Manifest> {
    let key = keys::in_use(&job.inner).await?;
    let recovery = key.as_ref().map(|key| parsed(&key.recipient)).transpose()?;
    let snapshot = job.ports().registry_database.snapshot().await?;
    let taken_at = OffsetDateTime::now_utc();
    let recipients = recipients(&job.inner, key.as_ref())?;
    let parsed = recipients.iter().map(|text| parsed(text)).collect::<Result<Vec<Recipient>>>()?;
    let name = ArchiveName { project: None, backup };
    let builder = ArchiveBuilder::begin(&*job.ports().archives, &name, parsed).await?;
    let work = Work { job, backup, kind, key, recovery, recipients, taken_at };
    work.write(builder, snapshot).await
}

fn parsed(recipient: &str) -> Result<Recipient> {
    recipient.parse().map_err(|error: &str| problems::no_recipient(error).into())
}

/// Those of all archives, and the recovery key, so that it alone opens everything. None where archives are not encrypted.
fn recipients(inner: &Inner, key: Option<&RecoveryKey>) -> Result<Vec<String>> {
    let own = &inner.settings.backup_keys;
    own.parse().map_err(|error| problems::no_recipient(&error))?;
    let mut recipients = own.recipients.clone();
    if let Some(key) = key.filter(|key| own.encrypts() && !recipients.contains(&key.recipient)) {
        recipients.push(key.recipient.clone());
    }
    Ok(recipients)
}

struct Work<'a, I> {
    job: &'a JobContext<I>,
    backup: BackupId,
    kind: BackupKind,
    key: Option<RecoveryKey>,
    recovery: Option<Recipient>,
    recipients: Vec<String>,
    taken_at: OffsetDateTime,
}

impl<I: Send + Sync> Work<'_, I> {
    async fn write(
        &self,
        mut builder: ArchiveBuilder,
        mut snapshot: Box<dyn DatabaseSnapshot>,
    ) -> Result<Manifest> {
        match self.parts(&mut builder, &mut *snapshot).await {
            Ok((contents, facts)) => {
                drop(snapshot);
                let parts = builder.parts().to_vec();
                let manifest = self.manifest(parts, &contents, facts).await?;
                builder.complete(&manifest).await?;
                Ok(manifest)
            }
            Err(error) => {
                if let Err(left) = builder.abort().await {
                    tracing::warn!(error = %crate::chain(&left), "removing an incomplete archive");
                }
                Err(error)
            }
        }
    }

    /// The secrets are read after the snapshot: what the registry refers to was in the store before it.
    async fn parts(
        &self,
        builder: &mut ArchiveBuilder,
        snapshot: &mut dyn DatabaseSnapshot,
    ) -> Result<(DatabaseContents, DatabaseFacts)> {
        let (contents, facts) = dump(self.job, builder, snapshot, true).await?;
        let settings = &self.job.inner.settings.fleet_backups;
        if let Some(recovery) = self.recovery.clone() {
            let entries = settings.sealed.clone();
            let pack: Produced = Box::new(move |mut out| seal::pack(&entries, &mut out));
            builder.part_for(vec![recovery], PartRole::Secrets, pack, &|_| ()).await?;
        }
        self.job.check()?;
        builder.part(PartRole::Settings, bytes(settings.settings.clone().into_bytes()), &|_| ()).await?;
        builder.part(PartRole::Schemas, schemas(&self.job.inner).await?, &|_| ()).await?;
        contents_part(builder, &contents).await?;
        Ok((contents, facts))
    }

    async fn manifest(
        &self,
        parts: Vec<Part>,
        contents: &DatabaseContents,
        database: DatabaseFacts,
    ) -> Result<Manifest> {
        let external = self.job.inner.settings.fleet_backups.secrets_external;
        let secrets = match &self.key {
            _ if external => SecretsBackup::External,
            Some(_) => SecretsBackup::Sealed,
            None => SecretsBackup::Missing,
        };
        let fleet = FleetPart {
            id: self.job.inner.registry.fleet_id().await?,
            registry_version: registry::known(),
            secrets,
            recovery_key: self.key.as_ref().map(|key| key.fingerprint.clone()),
            recipient: self.key.as_ref().map(|key| key.recipient.clone()),
        };
        Ok(Manifest {
            format: FORMAT,
            product_version: env!("CARGO_PKG_VERSION").to_owned(),
            backup: self.backup,
            project: None,
            fleet: Some(fleet),
            display_name: "Control plane".to_owned(),
            kind: self.kind,
            taken_at: self.taken_at,
            schema: None,
            release: None,
            database,
            tables: u64::try_from(contents.tables.len()).unwrap_or(u64::MAX),
            rows: contents.tables.iter().map(|table| table.rows).sum(),
            digests: true,
            catalog_sha256: catalog_sha256(contents),
            parts,
            recipients: self.recipients.clone(),
        })
    }
}

/// The schema files that instances read, one folder for each project. They are in the repositories too, which may be lost as well.
async fn schemas(inner: &Arc<Inner>) -> Result<Produced> {
    let rows = snapshot::rows(inner).await?;
    let (inner, handle) = (Arc::clone(inner), Handle::current());
    Ok(Box::new(move |out| {
        let mut tar = tar::Builder::new(out);
        for record in rows.records.values() {
            let key = InstanceKey::main(record.project.id.clone());
            let (schema, volumes) = (record.schema_key(), &inner.ports.volumes);
            let files = handle.block_on(volumes.schema_files(&key, &schema, FileDelivery::Content));
            // not written yet
            let Ok(SchemaFiles::Content(text)) = files else { continue };
            let mut header = tar::Header::new_gnu();
            header.set_size(u64::try_from(text.len()).map_err(io::Error::other)?);
            header.set_mode(0o600);
            header.set_uid(0);
            header.set_gid(0);
            header.set_mtime(0);
            let name = format!("{}/schema.ts", record.project.id);
            tar.append_data(&mut header, name, text.as_slice())?;
        }
        tar.finish()
    }))
}
