//! The manifest of an archive: what it holds, and of which moment. Readable without a key.

use model::{BackupId, BackupKind, ProjectId, SchemaRef, SecretsBackup};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ports::database_copies::DatabaseFacts;

/// The version of the format that is written. Every version up to it can be read.
pub(crate) const FORMAT: u32 = 1;

/// The manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version of the format.
    pub(crate) format: u32,
    /// The version of the product that wrote it.
    pub(crate) product_version: String,
    /// The backup.
    pub(crate) backup: BackupId,
    /// The project; `None` for the control plane itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<ProjectId>,
    /// What only an archive of the control plane itself has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fleet: Option<FleetPart>,
    /// The project's display name.
    pub(crate) display_name: String,
    /// Why it was taken.
    pub(crate) kind: BackupKind,
    /// The moment of the snapshot.
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) taken_at: OffsetDateTime,
    /// The schema file, and the commit that the data was written with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<SchemaRef>,
    /// The release that the instance ran.
    pub(crate) release: Option<String>,
    /// The database and its server.
    pub(crate) database: DatabaseFacts,
    /// The number of tables and of all their rows.
    pub(crate) tables: u64,
    /// The number of rows.
    pub(crate) rows: u64,
    /// Whether the content of every table was digested.
    pub(crate) digests: bool,
    /// SHA-256 of the lines of the catalog.
    pub(crate) catalog_sha256: String,
    /// The parts in the order in which they were written.
    pub(crate) parts: Vec<Part>,
    /// The `age` recipients; empty: the parts are not encrypted, apart from the secrets.
    pub(crate) recipients: Vec<String>,
}

/// What only an archive of the control plane itself has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FleetPart {
    /// The id of the fleet.
    pub(crate) id: Uuid,
    /// The version of the registry: its newest migration.
    pub(crate) registry_version: i64,
    /// What it contains of the secrets.
    pub(crate) secrets: SecretsBackup,
    /// The fingerprint of the recovery key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recovery_key: Option<String>,
    /// The recovery key, an `age` recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recipient: Option<String>,
}

/// A part of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    /// Its name in the archive.
    pub(crate) name: String,
    /// What it is.
    pub(crate) role: PartRole,
    /// Its size before compression.
    pub(crate) plain_bytes: u64,
    /// SHA-256 before compression, in hexadecimal digits.
    pub(crate) plain_sha256: String,
    /// Its size in the store.
    pub(crate) stored_bytes: u64,
    /// SHA-256 in the store.
    pub(crate) stored_sha256: String,
}

impl Part {
    /// Whether it is encrypted, which its name says.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.name.strip_suffix(".age").is_some()
    }
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PartRole {
    /// The dump of the database, in the custom format of `pg_dump`.
    Database,
    /// The uploads, a tar file.
    Media,
    /// The schema file.
    Schema,
    /// The project's row: settings and references of secrets, never their values.
    Project,
    /// Tables, sequences and catalog, for comparison.
    Contents,
    /// The settings of the control plane without secrets, a text.
    Settings,
    /// The schema files of all projects, a tar file.
    Schemas,
    /// The secret store of the control plane with its key, a tar file; always encrypted, to the recovery key alone.
    Secrets,
}

impl PartRole {
    /// The name of the file before compression.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Database => "database.dump",
            Self::Media => "media.tar",
            Self::Schema => "schema.ts",
            Self::Project => "project.json",
            Self::Contents => "contents.json",
            Self::Settings => "settings.txt",
            Self::Schemas => "schemas.tar",
            Self::Secrets => "secrets.tar",
        }
    }

    /// The name of the part.
    pub(crate) fn part(self, encrypted: bool) -> String {
        format!("{}.zst{}", self.file(), if encrypted { ".age" } else { "" })
    }
}

impl Manifest {
    /// The part of this role.
    pub(crate) fn part(&self, role: PartRole) -> Option<&Part> {
        self.parts.iter().find(|part| part.role == role)
    }

    /// The size of all parts in the store, without manifest and seal.
    pub(crate) fn stored_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.stored_bytes).sum()
    }
}
