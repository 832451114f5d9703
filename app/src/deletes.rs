//! Deletes with the database: the request on a project, its approval by another operator, the trash.

pub(crate) mod api;
mod approvals;
mod approve;
mod destroyed;
mod drop;
mod named;
mod protection;
mod request;
mod trash;
mod undelete;

pub(crate) use approvals::approvals_page;
pub(crate) use approve::approve_page;
pub(crate) use drop::drop_page;
pub(crate) use protection::{IsProtected, Protection};
pub(crate) use request::delete_request_page;
pub(crate) use trash::TrashPanel;
pub(crate) use undelete::undelete_page;
