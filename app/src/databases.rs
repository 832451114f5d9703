//! The servers of the projects' databases: what each has to give, who has it, what our role may not do.

pub(crate) mod api;
mod bar;
mod findings;
mod page;
mod server;

pub(crate) use page::DatabasesPage;
