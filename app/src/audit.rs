//! The audit trail: events, their filters, the check of their hash chain, and exports.

pub(crate) mod api;
mod filter;
mod list;
mod page;
mod rows;

pub(crate) use filter::{EventFields, EventQuery};
pub(crate) use list::event_list;
pub(crate) use page::audit_page;
pub(crate) use rows::EventRows;
