//! Orphans: instances whose project has no row in the registry.

pub(crate) mod api;
mod panel;
mod remove;

pub(crate) use panel::Orphans;
pub(crate) use remove::remove_orphan_page;
