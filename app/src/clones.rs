//! Clones of a project: the form, the expiry, what the page of a clone says.

pub(crate) mod api;
mod expiry;
mod form;
mod new;
mod note;

pub(crate) use expiry::expiry_page;
pub(crate) use new::clone_page;
pub(crate) use note::OriginNote;
