//! Operations: how far, how long; or what happened, what changed, what to do.

pub(crate) mod api;
mod list;
mod outcome;
mod page;

pub(crate) use list::{OperationList, OperationRows, OperationsPage};
pub(crate) use page::OperationPage;
