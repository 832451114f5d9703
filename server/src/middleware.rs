//! Middleware of every handler.

pub mod authenticate;
pub mod body_limit;
pub mod headers;
pub mod page_script;
pub mod peer;
pub mod same_origin;
