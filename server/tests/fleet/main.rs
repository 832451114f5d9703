//! The whole fleet: the built binary with its own Postgres, Caddy, git, keepers and stand-in instances, used over HTTP
//! and disturbed with signals.

#![expect(clippy::unwrap_used, reason = "helpers of tests; an absent value fails the test with its place")]

mod api;
mod atomoctl;
mod away;
mod backups;
mod behind;
mod browser;
mod crash;
mod create;
mod database_servers;
mod deploys;
mod docker;
mod drift;
mod drill;
mod edge;
mod engine_lock;
mod external;
mod faults;
mod full_disk;
mod host;
mod isolation;
mod lifecycle;
mod planted;
mod rollouts;
mod ssm;
mod volumes;
mod webhooks;
mod world;
