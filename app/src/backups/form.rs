//! Forms of backups as they are typed.

pub(super) mod policy;
pub(super) mod restore;
