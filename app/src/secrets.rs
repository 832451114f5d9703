//! Secrets of a project: which there are, how old; values go in and never come out.

pub(crate) mod api;
mod panel;

pub(crate) use panel::SecretsPanel;
#[cfg(feature = "ssr")]
pub(crate) use panel::as_typed;
