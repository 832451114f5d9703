//! Backups: how much could be lost, whether it is proved, how to get it back.

pub(crate) mod api;
mod by_hand;
mod calendar;
mod figures;
mod fleet;
mod form;
mod latest;
mod one;
mod page;
mod policy;
mod proof;
mod remove;
mod restore;
mod sizes;
mod table;
mod undo;
mod ways_back;

pub(crate) use fleet::backups_page;
pub(crate) use latest::LatestBackups;
pub(crate) use one::backup_page;
pub(crate) use page::project_backups_page;
pub(crate) use remove::remove_backup_page;
pub(crate) use restore::restore_page;
pub(crate) use undo::undo_page;
