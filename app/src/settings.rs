//! Settings of the fleet: repositories, image registries, tokens, parts.

pub(crate) mod api;
mod away;
mod page;
mod parts;
mod tasks;

pub(crate) use away::Away;
pub(crate) use page::settings_page;
