//! The log of a project's instance.

pub(crate) mod api;
mod filter;
mod follow;
mod page;
mod short;

pub use follow::LINES as LOG_LINES_TYPE;
pub(crate) use follow::follow_log;
pub(crate) use page::logs_page;
pub(crate) use short::{LOG_LINES, ShortLog};
