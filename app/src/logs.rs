//! What a project's instance says.

pub(crate) mod api;
#[cfg(feature = "hydrate")]
mod follow;
mod page;
mod split;

pub(crate) use page::LogsPage;
