//! Middleware of every handler.

pub mod authenticate;
pub mod body_limit;
pub mod headers;
pub mod peer;
pub mod same_origin;
