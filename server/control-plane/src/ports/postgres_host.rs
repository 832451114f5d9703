//! The server of the projects' databases.

mod hosts;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use async_trait::async_trait;
use model::state::DatabaseSeen;
use model::{ByteSize, DatabaseFigures, DatabaseName, DatabaseOid, MissingGrant};
use secrecy::SecretString;

pub use hosts::{DatabaseHost, DatabaseHosts};

pub use super::postgres_error::PostgresError;

/// The report of a database server about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresInfo {
    /// Product and version: `PostgreSQL 15.18`.
    pub name: String,
    /// `server_version_num`.
    pub version: u32,
    /// `max_connections`.
    pub max_connections: u32,
    /// Connections that the server reserves for superusers and for roles with `pg_use_reserved_connections`.
    pub reserved: u32,
    /// Maximum number of connections that the port itself uses concurrently.
    pub acts: u32,
    /// Connections to any database that are open now.
    pub in_use: u32,
    /// The role of the control plane.
    pub role: String,
    /// Whether it is a superuser.
    pub superuser: bool,
    /// Grants that the role lacks, and actions that the operator has to decide.
    pub missing_grants: Vec<MissingGrant>,
}

/// A project's desired database.
#[derive(Debug, Clone)]
pub struct DatabaseSpec {
    /// Its name, which is also the name of its role.
    pub name: DatabaseName,
    /// The role's password.
    pub password: SecretString,
    /// `CONNECTION LIMIT` of the role.
    pub connections: u32,
    /// Whether it may be created.
    pub presence: Presence,
    /// The identity that a database under this name has to have; `None` accepts any. It does not matter where there is none.
    pub oid: Option<DatabaseOid>,
}

impl DatabaseSpec {
    /// Refuses a database that was found under the name and is another one.
    pub fn refuse_another(&self, doing: &'static str, found: DatabaseOid) -> Result<(), PostgresError> {
        match self.oid {
            Some(recorded) if recorded != found => {
                Err(PostgresError::Another { doing, database: self.name.clone(), recorded, found })
            }
            _ => Ok(()),
        }
    }
}

/// A database as its server reported it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DatabaseReport {
    /// What decisions depend on.
    pub facts: DatabaseSeen,
    /// What may change with every report.
    pub figures: DatabaseFigures,
}

/// Whether a missing database may be created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is created.
    MayBeMade,
    /// It held data, so an empty one in its place would hide the loss.
    MustExist,
}

/// The result of ensuring a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnsureOutcome {
    /// It was created.
    Created {
        /// Its identity.
        oid: DatabaseOid,
    },
    /// It existed. Role, database and schema are now as specified.
    Found {
        /// Its identity.
        oid: DatabaseOid,
        /// What was corrected by this call.
        repairs: Vec<Repair>,
    },
}

impl EnsureOutcome {
    /// The identity of the database.
    pub const fn oid(&self) -> DatabaseOid {
        match self {
            Self::Created { oid } | Self::Found { oid, .. } => *oid,
        }
    }

    /// Whether this call created it.
    pub const fn is_created(&self) -> bool {
        matches!(self, Self::Created { .. })
    }
}

/// A correction of a role or database. Displays as a phrase: `the role's password`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Repair {
    /// The role was missing.
    Role,
    /// Its password was another one.
    Password,
    /// It was not allowed to log in, as that of a retained database is not.
    LogIn,
    /// It had a date of expiry.
    Expiry,
    /// Its connection limit was another one.
    RoleLimit,
    /// It had rights over the whole server.
    Attributes,
    /// Its sessions began without the time-outs of `lock_timeout` and `idle_in_transaction_session_timeout`.
    Settings,
    /// The control plane had no rights over it.
    Membership,
    /// The database was owned by another role.
    Owner,
    /// The database had a connection limit.
    DatabaseLimit,
    /// The database took no connections at all.
    Closed,
    /// Every role of the server was allowed to connect.
    PublicAccess,
    /// The role was not allowed to connect to its database.
    Access,
    /// The schema `public` was missing, owned by another role, or open to every role.
    Schema,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Role => "the role, which was missing",
            Self::Password => "the role's password",
            Self::LogIn => "the role's right to log in",
            Self::Expiry => "the role's date of expiry",
            Self::RoleLimit => "the role's connection limit",
            Self::Attributes => "the role's attributes, which reached beyond its database",
            Self::Settings => "the role's time-outs",
            Self::Membership => "the control plane's rights over the role",
            Self::Owner => "the database's owner",
            Self::DatabaseLimit => "the database's connection limit",
            Self::Closed => "the database, which took no connections",
            Self::PublicAccess => "the database, which was open to every role",
            Self::Access => "the role's right to connect",
            Self::Schema => "the schema public",
        })
    }
}

/// The server of the projects' databases.
#[async_trait]
pub trait PostgresHost: Send + Sync + 'static {
    /// Whether it answers, how much it has to give, and what our role may not do there.
    async fn probe(&self) -> Result<PostgresInfo, PostgresError>;

    /// Makes role and database exist, isolated: the control plane owns the database, the role owns schema `public`
    /// in it and nothing else, `PUBLIC` may not connect, the role's password and connection limit are as given, it may
    /// log in and does not expire, and the database has no connection limit of its own. Says what was otherwise.
    /// Idempotent; a call that is interrupted leaves nothing that another role may enter, and the next one finishes it.
    /// One that must exist and does not is an error, and nothing is made; one of another identity than the given one is an
    /// error, and nothing of it is changed.
    async fn ensure_database(&self, spec: &DatabaseSpec) -> Result<EnsureOutcome, PostgresError>;

    /// Keeps the database but ends its use: the role may no longer log in, its connections are closed. Returns the
    /// size; `None` when there is no such database.
    async fn retain_database(&self, name: &DatabaseName) -> Result<Option<ByteSize>, PostgresError>;

    /// All databases of projects by name, including scratch databases: facts and connections as of now, sizes as of the last
    /// measurement. A database whose creation was not completed is not listed.
    async fn databases(&self) -> Result<BTreeMap<DatabaseName, DatabaseReport>, PostgresError>;

    /// The URL under which an instance on this host reaches its database; `psql` takes it unchanged.
    fn url(&self, name: &DatabaseName, password: &SecretString) -> SecretString;

    /// The folder of the socket in that URL; `None` where it names a TCP address.
    fn socket(&self) -> Option<PathBuf>;
}
