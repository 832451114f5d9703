//! What the platform says of an instance: when it was started, and how it ended. The engine keeps the last start only, so
//! this is written down beside it, a line of JSON each.

use std::io::ErrorKind;
use std::path::PathBuf;

use control_plane::ports::driver::DriverError;
use model::{Exit, InstanceSeen, LogLine, LogStream, OutOfMemory, ProjectId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::fs;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;

use crate::fault::local;

const DOING: &str = "writing down what became of the instance";
/// So many entries are kept at least, and twice as many at most.
const KEPT: usize = 500;

/// The journals of all instances.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    turn: Mutex<()>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    text: String,
}

impl Journal {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, turn: Mutex::new(()) }
    }

    fn path(&self, id: &ProjectId) -> PathBuf {
        self.folder.join(format!("{id}.jsonl"))
    }

    /// Writes down what is known of an instance and does not stand there yet. Idempotent.
    pub(crate) async fn record(&self, id: &ProjectId, seen: &InstanceSeen) -> Result<(), DriverError> {
        let _turn = self.turn.lock().await;
        let entries = self.entries(id).await?;
        let known = |at: OffsetDateTime| entries.iter().any(|entry| entry.at == at);
        let mut new = Vec::new();
        if let Some(pid) = seen.pid.filter(|_| !known(seen.started_at)) {
            let text = format!("started, pid {pid}, to listen on {}", seen.address);
            new.push(Entry { at: seen.started_at, text });
        }
        if let Some(exit) = seen.exit.as_ref().filter(|exit| !known(exit.at)) {
            new.push(Entry { at: exit.at, text: ended(exit) });
        }
        if new.is_empty() {
            return Ok(());
        }
        self.write(id, entries, new).await.map_err(local(DOING))
    }

    async fn write(&self, id: &ProjectId, mut entries: Vec<Entry>, new: Vec<Entry>) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder).await?;
        let path = self.path(id);
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

    /// All that stands there, as lines of the log. A half line of a full disk is passed over.
    pub(crate) async fn read(&self, id: &ProjectId) -> Result<Vec<LogLine>, DriverError> {
        let line = |entry: Entry| LogLine { at: entry.at, stream: LogStream::Platform, text: entry.text };
        Ok(self.entries(id).await?.into_iter().map(line).collect())
    }

    async fn entries(&self, id: &ProjectId) -> Result<Vec<Entry>, DriverError> {
        match fs::read_to_string(self.path(id)).await {
            Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
            Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(fault) => Err(local("reading what became of the instance")(fault)),
        }
    }

    /// Nothing of this instance stands there any more. Absent is success.
    pub(crate) async fn remove(&self, id: &ProjectId) -> Result<(), DriverError> {
        let _turn = self.turn.lock().await;
        match fs::remove_file(self.path(id)).await {
            Err(fault) if fault.kind() != ErrorKind::NotFound => Err(local(DOING)(fault)),
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
