//! Database servers: connection budget, projects, missing grants.

pub(crate) mod api;
mod archive;
mod bar;
mod missing_grants;
mod page;
mod server;

pub(crate) use page::databases_page;
