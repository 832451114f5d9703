//! Projects: create, view, edit, start, stop, delete.

mod admin_password;
pub(crate) mod api;
mod cell_text;
mod commits;
mod compared;
mod confirm;
mod delete;
mod description;
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

pub(crate) use admin_password::AdminPassword;
pub(crate) use confirm::{back_up_page, restart_page, start_page, stop_page};
pub(crate) use delete::delete_page;
pub(crate) use endpoints::WARNING;
pub(crate) use events::events_page;
pub(crate) use head::ProjectPage;
pub(crate) use new::new_page;
pub(crate) use operations::project_operations_page;
pub(crate) use overview::overview_page;
pub(crate) use settings::project_settings_page;
