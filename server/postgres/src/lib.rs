//! Postgres: the projects' databases on any server, and a server of our own where none is given.
//!
//! - [`Host`] is the port [`PostgresHost`](control_plane::ports::postgres_host::PostgresHost) over a server that is
//!   already there.
//! - [`Copies`] is the port [`DatabaseCopies`](control_plane::ports::database_copies::DatabaseCopies) over the same server.
//! - [`RegistryCopies`] is the port [`RegistryDatabase`](control_plane::ports::registry_database::RegistryDatabase).
//! - [`FolderWalArchive`] is the port [`WalArchive`](control_plane::ports::wal_archive::WalArchive) over the same server.
//! - [`embedded`] finds Postgres' programs on this machine and keeps a cluster in a folder.
//!
//! Invariants: every identifier goes through one quoting function; a password reaches a server as a SCRAM verifier
//! only, so neither its log nor its statistics can hold one.

mod copies;
pub mod embedded;
mod host;
mod password;
mod session;
mod sql;
#[cfg(feature = "testing")]
pub mod testing;
mod wal_archive;

pub use copies::{ClientPrograms, Copies, RegistryCopies};
pub use host::{Host, Tenancy};
pub use wal_archive::{FolderWalArchive, WalArchiveSettings};

/// How a server is reached, for who puts the parts together and speaks no SQL.
pub use sqlx::postgres::PgConnectOptions as ConnectOptions;
