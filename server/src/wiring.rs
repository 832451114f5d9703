//! Connects ports and vendors. The only module that names all vendors.

mod archives;
mod caddy;
mod database_servers;
mod engine;
mod parts;
mod postgres;
mod programs;
mod recovery;
mod secrets;
mod users;
mod wal_archives;

pub use archives::{archive_store, archives_in};
pub use caddy::{GatewayParts, gateway};
pub use engine::{Upgrade, attached, plane};
pub use parts::Parts;
pub use postgres::{Storage, storage};
pub use recovery::{IDENTITY, refuse_unfinished};
pub use secrets::secret_store;
