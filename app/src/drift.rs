//! Drift: the findings of the fleet, one finding with its decision, and the levels of a project.

pub(crate) mod api;
mod decide;
mod filter;
mod finding;
mod list;
mod project;

pub(crate) use finding::finding_page;
pub(crate) use list::drift_page;
pub(crate) use project::project_drift_page;
