//! Rollouts over many projects: the list, the request with its check, and the progress of one.

pub(crate) mod api;
mod form;
mod list;
mod marks;
mod members;
mod new;
mod one;
mod plan;

pub(crate) use list::rollouts_page;
pub(crate) use new::new_rollout_page;
pub(crate) use one::rollout_page;
