//! Databases that outlived their project: reused by a new one, or removed from the list when they are gone.

pub(crate) mod api;
mod panel;
mod remove;

pub(crate) use panel::RetainedDatabasesPanel;
pub(crate) use remove::remove_retained_database_page;
