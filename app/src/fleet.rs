//! The fleet: is anything wrong, where, since when, and what does one press?

pub(crate) mod api;
mod attention;
mod filter;
mod kept;
mod order;
mod page;
mod parts;
mod summary;
mod table;
mod totals;

pub(crate) use page::FleetPage;
