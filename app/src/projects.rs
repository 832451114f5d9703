//! Projects: create, view, edit, stop, delete.

mod address;
mod admin_password;
pub(crate) mod api;
mod cell_text;
mod commits;
mod compared;
mod confirm;
mod delete;
mod endpoints;
mod env;
mod events;
mod form;
mod head;
mod limits;
mod new;
mod operations;
mod overview;
mod placement;
mod release;
#[cfg(test)]
mod sample;
mod settings;

pub(crate) use admin_password::{AdminPassword, ShowPassword};
pub(crate) use confirm::{RestartPage, StopPage};
pub(crate) use delete::DeletePage;
pub(crate) use endpoints::WARNING;
pub(crate) use events::{EventRows, EventsPage};
pub(crate) use head::{ProjectFrame, project_id};
pub(crate) use new::NewPage;
pub(crate) use operations::ProjectOperationsPage;
pub(crate) use overview::OverviewPage;
pub(crate) use settings::ProjectSettingsPage;
