//! Secrets of a project: names and versions. Values are written and never read.

pub(crate) mod api;
mod panel;
mod typed;

pub(crate) use panel::SecretsPanel;
pub(crate) use typed::as_typed;
