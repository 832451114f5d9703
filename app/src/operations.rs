//! Operations: progress and duration, or result, changes and remedy.

pub(crate) mod api;
mod filter;
mod job;
mod list;
mod outcome;
mod outcome_text;
mod page;
mod request;

pub(crate) use filter::{OperationFields, OperationQuery};
pub(crate) use list::{OperationRows, operations, operations_page};
pub(crate) use page::operation_page;
