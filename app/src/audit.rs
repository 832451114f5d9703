//! The audit trail: events, and the check of their hash chain.

pub(crate) mod api;
mod page;

pub(crate) use page::audit_page;
