//! The recovery of a control plane on an empty machine, from an archive of itself.
//!
//! Everything that can refuse is checked before anything is touched: the fingerprint of the recovery key first, then every part
//! of the archive, versions, and that nothing is in the way. From then on a file in the data directory names the recovery, so that
//! it is completed by the same command after a kill at any place, and no server starts in between. The registry is restored in one
//! transaction; the secrets are unpacked beside and moved into place.

mod finish;
mod marker;
mod place;
mod target;

pub use finish::{Recovered, finish};
pub use marker::{Marker, unfinished};

use std::io;
use std::path::Path;

use model::{BackupId, Problem, ProblemKind, SecretsBackup};
use time::OffsetDateTime;
use tokio_util::io::SyncIoBridge;

use super::keys::fingerprint;
use crate::backup_keys::BackupKeys;
use crate::backups::archive::{self, FleetPart, Manifest, Part, PartRole};
use crate::backups::{compare, problems};
use crate::ports::archive_store::{ArchiveName, ArchiveStore};
use crate::ports::database_copies::DatabaseContents;
use crate::ports::registry_database::RegistryDatabase;
use crate::{Result, registry};

/// The newest complete archive of a control plane in this store; `None` if there is none.
pub async fn newest(store: &dyn ArchiveStore) -> Result<Option<BackupId>> {
    let names = store.list().await?;
    Ok(names.into_iter().filter(|name| name.project.is_none()).map(|name| name.backup).max())
}

/// An archive that can be recovered from: this program knows its versions, and the key opens it.
pub struct RecoveryArchive<'a> {
    store: &'a dyn ArchiveStore,
    name: ArchiveName,
    manifest: Manifest,
    fleet: FleetPart,
    seal: String,
    keys: BackupKeys,
}

impl std::fmt::Debug for RecoveryArchive<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveryArchive").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<'a> RecoveryArchive<'a> {
    /// Opens an archive and checks the key against the fingerprint in it. `identity` is the file with the private recovery key.
    pub async fn open(
        store: &'a dyn ArchiveStore,
        backup: BackupId,
        identity: Option<&Path>,
    ) -> Result<Self> {
        let name = ArchiveName { project: None, backup };
        let (seal, manifest) = archive::open(store, &name, None).await?;
        let Some(fleet) = manifest.fleet.clone() else {
            return Err(problems::damaged("manifest.json", "it is no archive of a control plane").into());
        };
        let keys = BackupKeys { recipients: Vec::new(), identities: identity.map(Path::to_owned) };
        check_key(&fleet, &keys)?;
        if fleet.registry_version > registry::known() {
            return Err(newer_registry(&manifest, &fleet).into());
        }
        Ok(Self { store, name, seal: seal.sha256(), manifest, fleet, keys })
    }

    /// Its name: `_fleet/0193…`.
    pub fn name(&self) -> String {
        self.name.to_string()
    }

    /// The moment that it shows: what was changed later is lost.
    pub const fn taken_at(&self) -> OffsetDateTime {
        self.manifest.taken_at
    }

    /// What it contains of the secrets.
    pub const fn secrets(&self) -> SecretsBackup {
        self.fleet.secrets
    }

    /// Reads every part and checks its sums, also what it holds. Nothing is written.
    pub async fn check(&self) -> Result<()> {
        for part in &self.manifest.parts {
            self.read(part, |source| io::copy(source, &mut io::sink()).map(drop)).await?;
        }
        Ok(())
    }

    /// Checks that the target is empty, or that this recovery was begun there. Nothing is written.
    pub async fn check_target(&self, registry: &dyn RegistryDatabase, data_dir: &Path) -> Result<()> {
        let begun = Marker::read(data_dir)?;
        target::check(self, registry, data_dir, begun.as_ref()).await
    }

    /// Recovers registry and secrets. Repeated after a kill at any place, it completes.
    pub async fn recover(&self, registry: &dyn RegistryDatabase, data_dir: &Path) -> Result<()> {
        let mut marker = match Marker::read(data_dir)? {
            Some(marker) => marker,
            None => Marker::begin(data_dir, &self.name(), &self.seal)?,
        };
        self.unpack(data_dir).await?;
        if !marker.registry {
            if registry.occupants().await?.is_empty() {
                self.load(registry).await?;
            }
            self.compare(registry).await?;
            marker.registry = true;
            marker.write(data_dir)?;
        }
        let folder = data_dir.to_owned();
        blocking(move || place::put(&folder)).await
    }

    async fn unpack(&self, data_dir: &Path) -> Result<()> {
        let folder = data_dir.to_owned();
        blocking(move || place::begin(&folder)).await?;
        for role in [PartRole::Secrets, PartRole::Schemas, PartRole::Settings] {
            let Some(part) = self.manifest.part(role) else { continue };
            let folder = data_dir.to_owned();
            self.read(part, move |source| place::unpack(role, source, &folder)).await?;
        }
        Ok(())
    }

    async fn load(&self, registry: &dyn RegistryDatabase) -> Result<()> {
        let mut command = registry.restore().await?;
        let mut child = command.spawn().map_err(|error| not_started(&error))?;
        let input = child.stdin.take().map(SyncIoBridge::new);
        let write = move |source: &mut dyn io::Read| {
            let mut input = input.ok_or_else(|| io::Error::other("pg_restore has no input"))?;
            io::copy(source, &mut input)?;
            input.shutdown()
        };
        let part = self.part(PartRole::Database)?;
        let (read, output) = tokio::join!(self.read(part, write), child.wait_with_output());
        let output = output.map_err(|error| not_started(&error))?;
        if !output.status.success() {
            let lines = String::from_utf8_lossy(&output.stderr);
            return Err(not_restored(lines.trim()).into());
        }
        read
    }

    async fn compare(&self, registry: &dyn RegistryDatabase) -> Result<()> {
        let part = self.part(PartRole::Contents)?;
        let json = archive::read_whole(self.store, &self.name, part, &self.keys).await?;
        let expected: DatabaseContents = serde_json::from_slice(&json)
            .map_err(|error| problems::damaged(&part.name, &error.to_string()))?;
        let found = registry.contents(self.manifest.digests, &|_, _, _| ()).await?;
        let differences = compare::differences(&expected, &found);
        if differences.is_empty() { Ok(()) } else { Err(differs(&differences).into()) }
    }

    fn part(&self, role: PartRole) -> Result<&Part> {
        let part = self.manifest.part(role);
        let reason = format!("it names no {}", role.file());
        part.ok_or_else(|| problems::damaged("manifest.json", &reason).into())
    }

    async fn read<T: Send + 'static>(
        &self,
        part: &Part,
        consume: impl FnOnce(&mut dyn io::Read) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        archive::read_part(self.store, &self.name, part, &self.keys, consume, &|_| ()).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| problems::thread(&error))?
}

/// Compares the key in the file with the one that the archive is sealed to.
fn check_key(fleet: &FleetPart, keys: &BackupKeys) -> Result<()> {
    let (Some(wanted), Some(recipient)) = (&fleet.recovery_key, &fleet.recipient) else { return Ok(()) };
    let Some(file) = &keys.identities else {
        let detail = format!(
            "Nothing was changed. The secrets are sealed to the recovery key {wanted}. Name the file with it: --identity FILE."
        );
        return Err(Problem::new(ProblemKind::Refused, "The recovery key is needed", detail).into());
    };
    let unreadable = |reason: String| {
        let detail = format!("Nothing was changed. {} holds no recovery key: {reason}.", file.display());
        Problem::new(ProblemKind::Refused, "The recovery key cannot be read", detail)
    };
    let identities = keys.identities().map_err(|error| unreadable(error.to_string()))?;
    let held: Vec<String> = identities.iter().map(|identity| identity.to_public().to_string()).collect();
    if held.is_empty() {
        return Err(unreadable("it has no line that begins with AGE-SECRET-KEY-1".to_owned()).into());
    }
    if held.contains(recipient) {
        return Ok(());
    }
    let held: Vec<String> = held.iter().map(|held| fingerprint(held)).collect();
    let detail = format!(
        "Nothing was changed. The archive is sealed to the recovery key {wanted}; {} holds the key {}.",
        file.display(),
        held.join(", ")
    );
    Err(Problem::new(ProblemKind::Refused, "This is another recovery key", detail).into())
}

fn newer_registry(manifest: &Manifest, fleet: &FleetPart) -> Problem {
    let detail = format!(
        "Nothing was changed. The archive is of Atomo Fleet {} with a registry of version {}; this program is {} and knows version \
         {}. Use the newer program.",
        manifest.product_version,
        fleet.registry_version,
        env!("CARGO_PKG_VERSION"),
        registry::known()
    );
    Problem::new(ProblemKind::Refused, "The archive is of a newer version", detail)
}

fn not_started(error: &io::Error) -> Problem {
    let detail = format!(
        "pg_restore cannot be run: {error}. The registry is still empty. Run the same command again."
    );
    Problem::new(ProblemKind::Refused, "The registry was not restored", detail)
}

fn not_restored(lines: &str) -> Problem {
    let detail = format!(
        "pg_restore failed: {lines}. The registry is still empty. Correct that and run the same command again."
    );
    Problem::new(ProblemKind::Refused, "The registry was not restored", detail)
}

fn differs(differences: &[String]) -> Problem {
    let detail = format!(
        "The registry's database is not what was backed up: {}. Nothing uses it yet. Drop it, create it empty and run the same \
         command again.",
        differences.iter().take(5).cloned().collect::<Vec<_>>().join("; ")
    );
    Problem::new(ProblemKind::Refused, "The restored registry differs", detail)
}
