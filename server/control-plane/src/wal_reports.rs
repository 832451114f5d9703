//! The last reports of the archives of write-ahead log.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{DatabaseServerName, Hint, WalArchive as WalArchiveReport};

use crate::ports::wal_archive::WalArchive;
use crate::{Inner, Result};

/// The last report of every archive.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    reports: Mutex<BTreeMap<DatabaseServerName, WalArchiveReport>>,
    /// Whether the slots of servers that are not archived any more were dropped.
    released: AtomicBool,
}

impl Reports {
    /// The last report of a server's archive; `None` if it is not archived, or was not observed yet.
    pub(crate) fn of(&self, server: &DatabaseServerName) -> Option<WalArchiveReport> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).get(server).cloned()
    }

    /// Whether every slot of a former archive was dropped.
    pub(crate) fn are_released(&self) -> bool {
        self.released.load(Ordering::Relaxed)
    }

    pub(crate) fn set_released(&self, released: bool) {
        self.released.store(released, Ordering::Relaxed);
    }

    /// Stores a report. Returns whether its problems, or whether there is a window, have changed.
    fn set(&self, report: &WalArchiveReport) -> bool {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let former = reports.insert(report.database_server.clone(), report.clone());
        former.is_none_or(|former| {
            former.problems != report.problems || former.windows.is_empty() != report.windows.is_empty()
        })
    }
}

/// Observes an archive now.
pub(crate) async fn observe(inner: &Inner, archive: &Arc<dyn WalArchive>) -> Result<()> {
    if inner.wal_reports.set(&archive.observe().await) {
        inner.live.send(Hint::Parts);
    }
    Ok(())
}
