//! Registered git repositories.

pub(crate) mod api;
mod panel;
mod remove;
#[cfg(feature = "ssr")]
mod sources;
mod tested;

pub(crate) use panel::RepositoriesPanel;
pub(crate) use remove::RemoveRepositoryPage;
