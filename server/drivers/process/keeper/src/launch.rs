//! Starts the instance from the keeper.
//!
//! Parent-death signal, limits and signal mask must be set between `fork` and `exec`, which safe Rust cannot do. So the
//! keeper starts itself again as `launch`; that process applies them to itself and then becomes the instance by `exec`.
//! Its standard input is a socket that closes on `exec`; a failure is written there before.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::getppid;

use crate::group;
use crate::protocol::{Refusal, Request};

/// Limit of open files and sockets: enough for any instance, also where the machine's default is 1024.
const OPEN_FILES: u64 = 65_536;

/// Starts the instance; returns when its program runs. Its output comes through pipes.
pub(crate) fn spawn(request: &Request) -> Result<Child, Refusal> {
    let other = |fault: io::Error| Refusal::Other(fault.to_string());
    let (mut ours, theirs) = UnixStream::pair().map_err(other)?;
    let mut child = Command::new("/proc/self/exe")
        .args(["launch", &std::process::id().to_string(), &request.program])
        .args(&request.groups)
        .env_clear()
        .envs(request.env.iter().map(|(name, value)| (name, value)))
        .current_dir(&request.home)
        .process_group(0)
        .stdin(OwnedFd::from(theirs))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(other)?;
    let mut reason = String::new();
    let read = ours.read_to_string(&mut reason);
    if reason.is_empty() && read.is_ok() {
        return Ok(child);
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(Refusal::Program(reason))
}

/// Becomes the instance. Returns only on failure.
pub(crate) fn run(parent: &str, program: &Path, groups: &[&Path]) -> ExitCode {
    let Ok(channel) = io::stdin().as_fd().try_clone_to_owned() else { return ExitCode::FAILURE };
    let reason = match settle(parent, groups) {
        Ok(()) => Command::new(program).stdin(Stdio::null()).exec(),
        Err(fault) => fault,
    };
    let _ = write!(UnixStream::from(channel), "{reason}");
    ExitCode::from(127)
}

/// Applies the settings that an instance has from its first instruction on.
fn settle(parent: &str, groups: &[&Path]) -> io::Result<()> {
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    if getppid().to_string() != parent {
        return Err(io::Error::other("its keeper has ended"));
    }
    groups.iter().try_for_each(|group| group::join(group))?;
    // also protects the parent-death signal, which a program that gains privileges would lose
    prctl::set_no_new_privs()?;
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard.min(OPEN_FILES), hard)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    Ok(SigSet::empty().thread_set_mask()?)
}
