//! Database servers.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::text::validated_text;
use crate::{Budget, ByteSize, Invalid, PartState, PoolSize, ProjectId, WalArchive};

validated_text! {
    /// Name of a database server in settings and projects: `^[a-z][a-z0-9-]{0,38}[a-z0-9]$`.
    DatabaseServerName, check
}

impl DatabaseServerName {
    /// The first server, which also contains the registry.
    pub const DEFAULT: &'static str = "default";

    /// Whether it is the first server.
    pub fn is_default(&self) -> bool {
        self.as_str() == Self::DEFAULT
    }
}

impl Default for DatabaseServerName {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

fn check(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str =
        "2 to 40 of a to z, 0 to 9 and hyphen, starting with a letter and not ending with a hyphen";
    let known = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && !text.ends_with('-') && (2..=40).contains(&text.len()) && text.chars().all(known) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(format!("{text:?} is not the name of a database server."), ACCEPTED))
    }
}

/// A database server with its budget, projects and missing grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseServer {
    /// Its name.
    pub name: DatabaseServerName,
    /// Its region, from the settings.
    pub region: Option<String>,
    /// Whether it answers.
    pub state: PartState,
    /// The last observation; absent if it has not answered since the control plane started.
    pub seen: Option<DatabaseServerSeen>,
    /// The archive of its write-ahead log; absent: it is not archived, or the caller may not see all projects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wal_archive: Option<WalArchive>,
    /// The projects on it that the caller may see, by id.
    pub projects: Vec<DatabaseUse>,
}

/// An observation of a database server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseServerSeen {
    /// Product and version.
    pub product: String,
    /// The role of the control plane there.
    pub role: String,
    /// Whether that role is a superuser.
    pub superuser: bool,
    /// The connection budget.
    pub budget: Budget,
    /// Connections that are open now, of all roles, without those of superusers that are connected to no database.
    pub in_use: u32,
    /// Grants that the role lacks, and actions that the operator has to decide.
    pub missing_grants: Vec<MissingGrant>,
    /// When it was observed.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The severity of a missing grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Projects cannot be created, or not be worked on, until it is granted.
    Missing,
    /// Everything works, with less protection or fewer functions.
    Lost,
    /// It affects other users of the server, so an operator has to decide.
    Asked,
}

/// A grant that the control plane's role lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MissingGrant {
    /// The severity.
    pub weight: Weight,
    /// The grant and the consequence, as sentences.
    pub text: String,
    /// The SQL with which a superuser of the server grants it.
    pub sql: Option<String>,
}

/// A project's share of its database server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseUse {
    /// The project.
    pub project_id: ProjectId,
    /// Its display name.
    pub display_name: String,
    /// Connection pool size of its instance.
    pub pool_size: PoolSize,
    /// The desired `CONNECTION LIMIT` of its role.
    pub limit: u32,
    /// Connections to its database that are open now, if known.
    pub in_use: Option<u32>,
    /// The size of its database, if known.
    pub bytes: Option<ByteSize>,
}
