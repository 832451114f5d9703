//! Alerts: open ones, and those that are over.

mod api;
mod filter;
mod page;

pub(crate) use page::alerts_page;
