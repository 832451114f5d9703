//! Backups of the control plane itself, its recovery key, and the recovery kit.

pub(crate) mod api;
mod kit;
mod notice;
mod page;
mod panel;

pub(crate) use notice::RecoveryNotice;
pub(crate) use page::recovery_page;
pub(crate) use panel::RecoveryPanel;
