//! The fleet page: all projects and parts, worst first.

pub(crate) mod api;
mod attention;
mod backup_fault;
mod drift;
mod filter;
mod group;
mod outage;
mod page;
mod part;
mod parts;
mod rollout;
mod row;
mod summary;
mod table;
mod toolbar;
mod totals;
mod wall;

pub(crate) use page::fleet_page;
pub(crate) use wall::wall_page;
