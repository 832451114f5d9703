//! The public entrance, by Caddy.
//!
//! [`render()`] turns the route table into Caddy's configuration and is pure; [`CaddyGateway`] makes a running Caddy
//! serve it through the admin API; [`child`] runs a Caddy of our own where none is given.
//!
//! Invariants:
//! - ours are the servers `atomo_http` and `atomo_https`, the TLS policy `atomo_tls` and the names in it, and the
//!   certificates with the tag `atomo`; everything
//!   else in a Caddy is written back exactly as it was read, and only while nobody changed it (`If-Match`);
//! - every change is one write, because each write ends the connections and the waiting requests of all projects;
//! - a certificate is made for names of the table only: there is no on-demand TLS;
//! - Caddy 2.6 and 2.11 get the same configuration but for what [`CaddyFeatures`] says; features are asked for,
//!   never derived from a version number.

mod admin;
mod blame;
mod certificate;
pub mod child;
mod connection;
mod edge;
mod features;
mod gateway;
mod identifiers;
mod json;
mod live;
mod merge;
mod own;
mod public_roots;
mod read;
mod render;
mod rendered;
mod root;
mod settings;
mod taken;
mod trust;

pub use features::CaddyFeatures;
pub use gateway::CaddyGateway;
pub use own::{OwnCertificate, OwnCertificates};
pub use render::render;
pub use settings::{Acme, AcmeRoots, AdminAddress, CaddySettings, InvalidAddress, Issuer, RenderSettings};
