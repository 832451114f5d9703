//! What the platform says of an instance: when it was started, and how it ended. The engine keeps the last start only, so
//! this is written down beside it, a line of JSON each.
//!
//! It is kept for whoever reads the log and for nothing else: a journal that cannot be written or read is told in the
//! control plane's own log, and nothing fails or waits for it.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use control_plane::keyed_lock::KeyedLock;
use control_plane::ports::driver::DriverError;
use model::{Exit, InstanceKey, InstanceSeen, LogLine, LogStream, OutOfMemory};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::fault::local;

/// So many entries are kept at least, and twice as many at most.
const KEPT: usize = 500;

/// The journals of all instances.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    locks: KeyedLock<InstanceKey>,
    noted: Mutex<HashMap<InstanceKey, Noted>>,
}

/// What this process did last about an instance's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noted {
    Written(Moments),
    /// An observation that was made before must not bring it back.
    Removed(OffsetDateTime),
}

/// The times of the entries that an instance has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moments {
    start: OffsetDateTime,
    end: Option<OffsetDateTime>,
}

impl Moments {
    fn of(seen: &InstanceSeen) -> Self {
        Self { start: seen.started_at, end: seen.exit.as_ref().map(|exit| exit.at) }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    text: String,
}

impl Journal {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, locks: KeyedLock::default(), noted: Mutex::default() }
    }

    /// The folder of the journals, and of what else is written down about containers.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, key: &InstanceKey) -> PathBuf {
        self.folder.join(format!("{key}.jsonl"))
    }

    fn noted(&self) -> MutexGuard<'_, HashMap<InstanceKey, Noted>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing is to be written: it was by this process, or the instance was removed since.
    pub(crate) fn knows(&self, key: &InstanceKey, seen: &InstanceSeen) -> bool {
        match self.noted().get(key) {
            Some(Noted::Written(moments)) => *moments == Moments::of(seen),
            Some(Noted::Removed(at)) => seen.started_at <= *at,
            None => false,
        }
    }

    /// Writes down what is known of an instance and does not stand there yet. Idempotent.
    pub(crate) async fn record(&self, key: &InstanceKey, seen: &InstanceSeen) {
        let _lock = self.locks.lock(key).await;
        if self.knows(key, seen) {
            return;
        }
        match self.add(key, seen).await {
            Ok(()) => drop(self.noted().insert(key.clone(), Noted::Written(Moments::of(seen)))),
            Err(fault) => {
                let path = self.path(key);
                tracing::warn!(instance = %key, path = %path.display(), %fault, "the journal of {key} is not written");
            }
        }
    }

    async fn add(&self, key: &InstanceKey, seen: &InstanceSeen) -> std::io::Result<()> {
        let entries = self.entries(key).await?;
        let known = |at: OffsetDateTime| entries.iter().any(|entry| entry.at == at);
        let mut new = Vec::new();
        if let Some(pid) = seen.pid.filter(|_| !known(seen.started_at)) {
            let text = format!("started, pid {pid}, to listen on {}", seen.address);
            new.push(Entry { at: seen.started_at, text });
        }
        if let Some(exit) = seen.exit.as_ref().filter(|exit| !known(exit.at)) {
            new.push(Entry { at: exit.at, text: ended(exit) });
        }
        if new.is_empty() { Ok(()) } else { self.write(key, entries, new).await }
    }

    async fn write(
        &self,
        key: &InstanceKey,
        mut entries: Vec<Entry>,
        new: Vec<Entry>,
    ) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder).await?;
        let path = self.path(key);
        entries.extend(new.iter().cloned());
        if entries.len() > 2 * KEPT {
            let half = path.with_extension("new");
            fs::write(&half, lines(&entries[entries.len() - KEPT..])).await?;
            return fs::rename(&half, &path).await;
        }
        let mut file = fs::File::options().create(true).append(true).open(&path).await?;
        file.write_all(lines(&new).as_bytes()).await?;
        file.flush().await
    }

    /// All that stands there, as lines of the log; nothing where it cannot be read. A half line of a full disk is passed over.
    pub(crate) async fn read(&self, key: &InstanceKey) -> Vec<LogLine> {
        let entries = self.entries(key).await.unwrap_or_else(|fault| {
            tracing::warn!(instance = %key, %fault, "the journal of {key} cannot be read");
            Vec::new()
        });
        let line = |entry: Entry| LogLine { at: entry.at, stream: LogStream::Platform, text: entry.text };
        entries.into_iter().map(line).collect()
    }

    async fn entries(&self, key: &InstanceKey) -> std::io::Result<Vec<Entry>> {
        match fs::read_to_string(self.path(key)).await {
            Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
            Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(fault) => Err(fault),
        }
    }

    /// Nothing of this instance stands there any more. Absent is success.
    pub(crate) async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError> {
        let _lock = self.locks.lock(key).await;
        self.noted().insert(key.clone(), Noted::Removed(OffsetDateTime::now_utc()));
        match fs::remove_file(self.path(key)).await {
            Err(fault) if !matches!(fault.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Err(local("removing the journal of the instance")(fault))
            }
            _ => Ok(()),
        }
    }
}

fn lines(entries: &[Entry]) -> String {
    let line = |entry: &Entry| serde_json::to_string(entry).map(|line| line + "\n").unwrap_or_default();
    entries.iter().map(line).collect()
}

fn ended(exit: &Exit) -> String {
    if let Some(OutOfMemory { limit, .. }) = exit.out_of_memory {
        return format!("killed by the kernel at its limit of {limit} of memory");
    }
    match (exit.code, exit.signal) {
        (_, Some(signal)) => format!("ended by signal {signal}"),
        (code, None) => format!("exited with code {}", code.unwrap_or_default()),
    }
}
