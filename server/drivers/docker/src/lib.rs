//! Instances as containers of a Docker engine on this machine.
//!
//! Every instance is one container, `atomo-<key>`, on a private network of its own. The container that it replaced
//! stays, stopped, as `atomo-<key>.before`, so that what it printed can still be read. All that the driver has to know
//! later is in labels, which survive the control plane; labels hold no secret, since the engine repeats them in its events.
//!
//! Invariants:
//! - what does not carry this fleet's label is never touched, whatever it is called;
//! - the engine restarts nothing by itself: whether an instance shall run is the control plane's to say;
//! - nothing is published but the instance's own port, on the loopback address that was asked for;
//! - secrets reach a container as its environment through the engine's API, and no argument or label.
//!
//! The engine keeps what a server prints as it was printed; secrets are taken out when it is read.

mod changes;
mod configuration;
mod container;
mod denial;
mod driver;
mod engine;
mod fault;
mod image;
mod journal;
mod labels;
mod lifecycle;
mod limits;
mod logs;
mod network;
mod pull;
mod redact;
mod seen;
mod shared;
mod subnets;
mod usage;

pub use driver::{DockerDriver, DockerSettings};
pub use image::PULL_STALL;
pub use subnets::{InvalidSubnets, Subnets};
