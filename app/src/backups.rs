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
mod restore_new;
mod sizes;
mod table;
mod tables;
mod to_time;
mod undo;
mod ways_back;
mod window;

pub(crate) use fleet::backups_page;
pub(crate) use latest::LatestBackups;
pub(crate) use one::backup_page;
pub(crate) use page::project_backups_page;
pub(crate) use remove::remove_backup_page;
pub(crate) use restore::restore_page;
pub(crate) use restore_new::{left_out, restore_new_page};
pub(crate) use tables::{drop_side_page, tables_page};
pub(crate) use to_time::restore_to_time_page;
pub(crate) use undo::undo_page;
