//! Forms of backups as they are typed.

pub(super) mod point_in_time;
pub(super) mod policy;
pub(super) mod restore;
pub(super) mod restore_new;
