//! The fleet page: all projects and parts, worst first.

pub(crate) mod api;
mod attention;
mod filter;
mod group;
mod page;
mod part;
mod parts;
mod row;
mod summary;
mod table;
mod toolbar;
mod totals;

pub(crate) use page::fleet_page;
pub(crate) use parts::waits_for;
