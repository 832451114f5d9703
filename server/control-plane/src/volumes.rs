//! Implementations of the port [`Volumes`](crate::ports::volumes::Volumes) that need no vendor.

mod local;

pub use local::LocalVolumes;
