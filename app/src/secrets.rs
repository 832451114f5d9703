//! Secrets of a project: names and versions. Values are written and never read.

pub(crate) mod api;
mod panel;

pub(crate) use panel::SecretsPanel;
#[cfg(feature = "ssr")]
pub(crate) use panel::as_typed;
