//! Registered git repositories.

pub(crate) mod api;
mod panel;
mod remove;
pub(crate) mod sources;
mod tested;
mod webhook;

pub(crate) use panel::RepositoriesPanel;
pub(crate) use remove::remove_repository_page;
pub(crate) use webhook::webhook_page;
