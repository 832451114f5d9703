//! What stands around every handler.

pub mod authenticate;
pub mod headers;
pub mod same_origin;
