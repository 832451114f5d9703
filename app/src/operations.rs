//! Operations: how far, how long; or what happened, what changed, what to do.

pub(crate) mod api;
mod asked;
mod list;
mod outcome;
mod page;
mod told;

pub(crate) use list::{OperationRows, OperationsPage};
pub(crate) use page::OperationPage;
