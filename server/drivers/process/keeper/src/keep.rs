//! The start of a keeper. Everything that can fail happens here, before the control plane gets its answer.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, ExitCode};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::setsid;

use crate::LOCK;
use crate::launch;
use crate::log_file::{LogFile, Source, now};
use crate::process::{ProcessKey, boot_id};
use crate::protocol::{Refusal, Reply, Request};
use crate::record::Record;
use crate::supervise::{self, Supervisor};

/// How long a keeper that is ending may still hold the lock of its folder.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// Starts an instance and supervises it until it has ended.
pub(crate) fn run(folder: &Path) -> ExitCode {
    match start(folder) {
        Ok((supervisor, _lock)) => {
            answer(&Reply::Started);
            supervisor.run();
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            answer(&Reply::Refused(refusal));
            ExitCode::FAILURE
        }
    }
}

/// Sends the answer. The control plane may be gone; the instance runs all the same.
fn answer(reply: &Reply) {
    let _ = writeln!(io::stdout(), "{reply}");
}

fn start(folder: &Path) -> Result<(Supervisor, File), Refusal> {
    let other = |fault: io::Error| Refusal::Other(fault.to_string());
    let storage = |fault: io::Error| Refusal::Storage(fault.to_string());
    // a session of its own: no terminal, and signals to the control plane's process group do not arrive here
    setsid().map_err(|errno| other(errno.into()))?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0).map_err(|errno| other(errno.into()))?;
    let request = Request::decode(io::stdin().lock()).map_err(other)?;
    let lock = lock(folder)?;
    let mut log = LogFile::open(folder).map_err(storage)?;
    let signals = supervise::signals().map_err(other)?;
    let mut child = launch::spawn(&request)?;
    let record = match record(folder, &request, &child) {
        Ok(record) => record,
        Err(fault) => {
            let _ = child.kill();
            let _ = child.wait();
            return Err(storage(fault));
        }
    };
    let text = format!("started, pid {}, to listen on {}", child.id(), request.address);
    log.write(Source::Platform, text.as_bytes());
    Ok((Supervisor::new(folder, child, signals, log, record, &request), lock))
}

fn lock(folder: &Path) -> Result<File, Refusal> {
    let storage = |fault: io::Error| Refusal::Storage(fault.to_string());
    let file = File::options().create(true).append(true).open(folder.join(LOCK)).map_err(storage)?;
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(fault)) => return Err(storage(fault)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Err(Refusal::Busy),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Writes the record. The instance may have ended already; its pid stays valid, because it is not reaped yet.
fn record(folder: &Path, request: &Request, child: &Child) -> io::Result<Record> {
    let record = Record {
        boot: boot_id(),
        keeper: key(std::process::id())?,
        instance: key(child.id())?,
        digest: request.digest.clone(),
        release: request.program.clone(),
        address: request.address.clone(),
        started_at: u64::try_from(now().as_millis()).unwrap_or(u64::MAX),
        end: None,
    };
    record.write(folder)?;
    Ok(record)
}

fn key(pid: u32) -> io::Result<ProcessKey> {
    ProcessKey::read(pid).ok_or_else(|| io::Error::other("/proc does not show the new process"))
}
