//! Writes the part of an archive that is the database.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Progress, ProgressUnit};
use tokio_util::io::SyncIoBridge;

use super::archive::{ArchiveBuilder, PartRole, Produced};
use super::{problems, programs};
use crate::Result;
use crate::jobs::JobContext;
use crate::ports::database_copies::{DatabaseContents, DatabaseFacts, DatabaseSnapshot};

/// Writes the part of the database. The dump and what it is compared with are read side by side.
pub(super) async fn dump<I: Send + Sync>(
    job: &JobContext<I>,
    builder: &mut ArchiveBuilder,
    snapshot: &mut dyn DatabaseSnapshot,
    digests: bool,
) -> Result<(DatabaseContents, DatabaseFacts)> {
    let facts = snapshot.facts().clone();
    if facts.large_objects > 0 {
        return Err(problems::large_objects(facts.large_objects).into());
    }
    let counter = DumpProgress::new(facts.bytes);
    let mut dump = job.start(snapshot.dump().await?).await?;
    let (source, errors) = programs::output_of(&mut dump);
    let produced = counter.clone().counted(source);
    let stored = |_| job.progress(counter.progress());
    let tables = |name: &str, number: usize, all: usize| counter.table(name, number, all);
    let (written, status, contents) = tokio::join!(
        builder.part(PartRole::Database, produced, &stored),
        job.wait(dump),
        snapshot.contents(digests, &tables),
    );
    let status = status?;
    let mut contents = contents?; // a snapshot that ended is the cause of what pg_dump says
    programs::succeeded("pg_dump", status, errors).await?;
    written?;
    let later = snapshot.sequences().await?;
    for (sequence, later) in contents.sequences.iter_mut().zip(later) {
        sequence.moved_to = later.last_value;
    }
    job.check()?;
    Ok((contents, facts))
}

/// How far the dump is: its bytes, and the table that was counted last.
#[derive(Clone)]
struct DumpProgress {
    dumped: Arc<AtomicU64>,
    table: Arc<std::sync::Mutex<Option<String>>>,
    total: u64,
}

impl DumpProgress {
    fn new(total: u64) -> Self {
        Self { dumped: Arc::default(), table: Arc::default(), total }
    }

    fn table(&self, name: &str, number: usize, all: usize) {
        let text = format!("table {number} of {all} compared: {name}");
        *self.table.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(text);
    }

    /// Size on disk is the total: a dump has no indexes, so it ends earlier.
    fn progress(&self) -> Progress {
        let note = self.table.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        Progress {
            unit: ProgressUnit::Bytes,
            done: self.dumped.load(Ordering::Relaxed),
            total: Some(self.total),
            note,
        }
    }

    fn counted(self, source: Option<SyncIoBridge<tokio::process::ChildStdout>>) -> Produced {
        Box::new(move |out| {
            let mut source = source.ok_or_else(|| io::Error::other("pg_dump has no output"))?;
            io::copy(&mut source, &mut Counted { out, dumped: &self.dumped }).map(drop)
        })
    }
}

struct Counted<'a> {
    out: &'a mut dyn Write,
    dumped: &'a AtomicU64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.dumped.fetch_add(u64::try_from(written).unwrap_or_default(), Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
