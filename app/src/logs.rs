//! The log of a project's instance.

pub(crate) mod api;
mod feed;
mod filter;
#[cfg(feature = "hydrate")]
mod follow;
mod page;
mod short;
#[cfg(any(feature = "hydrate", test))]
mod split;

pub(crate) use page::LogsPage;
pub(crate) use short::{LOG_LINES, ShortLog};
