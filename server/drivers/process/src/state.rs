//! The state of an instance, from its run folder and `/proc`.

use std::fs::File;

use control_plane::ports::driver::DriverError;
use keeper::LOCK;
use keeper::log_file::{LogFile, Source, now};
use keeper::process::{Stat, pids};
use keeper::record::{End, Reached, Record};
use model::{ByteSize, Exit, InstanceFigures, InstanceSeen, OutOfMemory};
use time::OffsetDateTime;

use crate::folder::RunFolder;
use crate::usage;

/// The state of an instance.
#[derive(Debug)]
pub(crate) enum State {
    /// Never started, or removed.
    Absent,
    /// Its keeper runs.
    Kept(Record),
    /// Its keeper was killed, and processes of its session exist. The kernel is about to kill them unless they have
    /// escaped; in any case they must be replaced.
    Unkept(Record),
    /// It has ended.
    Ended(Record, End),
}

impl State {
    /// Reads the state. If a keeper was killed and nothing of its instance is left, records the end.
    pub(crate) fn look(folder: &RunFolder) -> Result<Self, DriverError> {
        let Some(record) = folder.record()? else { return Ok(Self::Absent) };
        if record.end.is_none() && is_kept(&record) {
            return Ok(Self::Kept(record));
        }
        // read again: a keeper that has ended meanwhile has written the end before
        let Some(record) = folder.record()? else { return Ok(Self::Absent) };
        if let Some(end) = record.end {
            return Ok(Self::Ended(record, end));
        }
        if is_kept(&record) {
            return Ok(Self::Kept(record));
        }
        if !leftovers(&record).is_empty() {
            return Ok(Self::Unkept(record));
        }
        let end = settle(folder, &record);
        Ok(Self::Ended(record, end))
    }

    /// What would have to be stopped.
    pub(crate) fn running(&self) -> Option<&Record> {
        match self {
            Self::Absent | Self::Ended(..) => None,
            Self::Kept(record) | Self::Unkept(record) => Some(record),
        }
    }

    /// The state for the port. The digest of an instance without its keeper never equals a desired one.
    pub(crate) fn seen(&self) -> Option<InstanceSeen> {
        match self {
            Self::Absent => None,
            Self::Kept(record) => Some(running(record, record.digest.clone())),
            Self::Unkept(record) => Some(running(record, format!("{} without its keeper", record.digest))),
            Self::Ended(record, end) => Some(ended(record, *end)),
        }
    }

    /// The figures for the port: of the process while it runs, then the peak that the keeper recorded.
    pub(crate) fn figures(&self) -> InstanceFigures {
        match self {
            Self::Absent => InstanceFigures::default(),
            Self::Kept(record) | Self::Unkept(record) => usage::of(record.instance),
            Self::Ended(_, end) => {
                InstanceFigures { memory: None, peak_memory: end.peak_memory.map(ByteSize::new) }
            }
        }
    }
}

fn is_kept(record: &Record) -> bool {
    record.is_of_this_boot() && record.keeper.is_alive()
}

/// The pids in the session of a dead keeper. A session id is not reused while a process is in the session; so if
/// another process has the keeper's pid now, the session with that number is not ours.
pub(crate) fn leftovers(record: &Record) -> Vec<u32> {
    let keeper = record.keeper;
    let reused = Stat::read(keeper.pid).is_some_and(|stat| stat.started != keeper.started);
    if reused || !record.is_of_this_boot() {
        return Vec::new();
    }
    let is_left = |pid: &u32| {
        *pid != keeper.pid
            && Stat::read(*pid).is_some_and(|stat| stat.is_alive() && stat.session == keeper.pid)
    };
    pids().into_iter().filter(is_left).collect()
}

/// Records the end on behalf of a killed keeper. Requires the lock: a keeper that starts at the same time would lose
/// its own record.
fn settle(folder: &RunFolder, record: &Record) -> End {
    let at = u64::try_from(now().as_millis()).unwrap_or(u64::MAX);
    let end = End { code: None, signal: None, at, peak_memory: None, out_of_memory: None };
    // open read-only: closing a writable file signals the end of a keeper to watchers
    let Ok(lock) = File::open(folder.path().join(LOCK)) else { return end };
    if lock.try_lock().is_err() {
        return end;
    }
    match Record::read(folder.path()) {
        Ok(Some(mut now)) if now == *record => {
            if let Ok(mut log) = LogFile::open(folder.path()) {
                log.write(Source::Platform, b"ended together with its keeper; nobody saw how");
            }
            if let Err(fault) = now.write_end(folder.path(), end) {
                tracing::warn!(path = %folder.path().display(), %fault, "the end of an instance cannot be written");
            }
            end
        }
        Ok(Some(now)) => now.end.unwrap_or(end),
        Ok(None) | Err(_) => end,
    }
}

fn running(record: &Record, digest: String) -> InstanceSeen {
    InstanceSeen {
        digest,
        release: record.release.clone(),
        limits: None,
        address: record.address.clone(),
        pid: Some(record.instance.pid),
        started_at: moment(record.started_at),
        exit: None,
    }
}

fn ended(record: &Record, end: End) -> InstanceSeen {
    let reached = |Reached { limit, peak }: Reached| OutOfMemory {
        limit: ByteSize::new(limit),
        peak: peak.map(ByteSize::new),
    };
    let exit = Exit {
        code: end.code,
        signal: end.signal,
        out_of_memory: end.out_of_memory.map(reached),
        at: moment(end.at),
    };
    InstanceSeen {
        digest: record.digest.clone(),
        release: record.release.clone(),
        limits: None,
        address: record.address.clone(),
        pid: None,
        started_at: moment(record.started_at),
        exit: Some(exit),
    }
}

fn moment(millis: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
