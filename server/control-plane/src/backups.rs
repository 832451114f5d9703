//! Backups of projects.

pub mod retention;
pub mod schedule;
