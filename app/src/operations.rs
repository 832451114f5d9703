//! Operations: progress and duration, or result, changes and remedy.

pub(crate) mod api;
mod asked;
mod list;
mod outcome;
mod page;
mod told;

pub(crate) use list::{OperationRows, OperationsPage};
pub(crate) use page::OperationPage;
