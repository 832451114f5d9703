//! The gateway: facts, edge policy, certificates.

pub(crate) mod api;
mod certificates;
mod facts;
mod fields;
mod fleet;
mod form;
mod page;
mod project;

pub(crate) use certificates::CertificateMark;
pub(crate) use page::gateway_page;
pub(crate) use project::ProjectEdge;
