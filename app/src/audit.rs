//! Who did what when, and is the trail whole?

pub(crate) mod api;
mod page;

pub(crate) use page::AuditPage;
