//! Connects ports and vendors. The only module that names all vendors.

mod archives;
mod caddy;
mod database_servers;
mod engine;
mod parts;
mod postgres;
mod programs;
mod secrets;
mod users;

pub use caddy::{GatewayParts, gateway};
pub use engine::{Upgrade, attached, plane};
pub use parts::Parts;
pub use postgres::{Storage, storage};
pub use secrets::secret_store;
