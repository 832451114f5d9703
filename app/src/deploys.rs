//! Deploys of a project: what a commit does to its data, the deploys so far, the ways back.

pub(crate) mod api;
mod compare;
mod diff;
mod effects;
mod findings;
mod form;
mod history;
mod one;
mod page;
mod proposal;
mod rehearsal;
mod undo;

pub(crate) use one::deploy_page;
pub(crate) use page::deploys_page;
pub(crate) use proposal::proposal_entry;
pub(crate) use undo::undo_deploy_page;
