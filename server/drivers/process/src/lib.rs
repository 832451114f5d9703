//! Instances as processes of this machine.
//!
//! Every instance has a run folder and a keeper (package `atomo-keeper`), which is its parent and outlives the
//! control plane. The driver itself holds no state: everything it answers comes from the run folders and `/proc`, so
//! a restarted control plane adopts what runs by looking.
//!
//! Invariants:
//! - never two instances of one key: starts of one driver take turns, keepers hold a lock on the folder, and what
//!   a killed keeper left behind is killed before anything new starts;
//! - a process is known by its pid *and* the moment it started, so a pid that was given again is nobody of ours;
//! - secrets go to the keeper over a pipe; no argument, file or error holds one.
//!
//! A run folder (mode 0700) holds `record` (who runs, from what, how it ended), `limits.json` (what it is held to, and by
//! which control groups), `grace` (how long its keeper waits before it kills it), `lock`, `log.N`, and `home`, the working folder of the instance, which is empty unless the
//! instance writes there.
//!
//! A service manager must leave the keepers alone when it stops the control plane (systemd: `KillMode=process`).

mod blocking;
mod changes;
mod check;
mod driver;
mod fault;
mod folder;
mod groups;
mod held;
mod logs;
mod start;
mod state;
mod stop;
mod usage;

pub use driver::{ProcessDriver, ProcessSettings};
