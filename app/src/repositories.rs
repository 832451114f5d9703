//! Repositories that schemas may come from.

pub(crate) mod api;
mod panel;
#[cfg(feature = "ssr")]
mod sources;

pub(crate) use panel::RepositoriesPanel;
