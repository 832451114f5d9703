//! The life of a keeper: one thread that waits for output, for signals, and for its instance to end.
//!
//! | signal | what it does |
//! |---|---|
//! | `TERM`, `INT` | asks the instance's group to end (`TERM`), and kills it after the [`grace`] |
//! | `QUIT` | kills the instance's group at once |
//! | `HUP` | nothing |
//!
//! The control plane, which sends `TERM`, times the grace itself and sends `QUIT` at its end; the keeper times it for the case
//! that the control plane dies meanwhile.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{SigSet, Signal, killpg};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use crate::capture::{Capture, Pulled};
use crate::log_file::{LogFile, Source, now};
use crate::protocol::Request;
use crate::record::{End, Reached, Record};
use crate::redact::Redactor;
use crate::{grace, group};

/// A process that an instance left behind may hold its output open; nobody waits longer for it.
const DRAIN: Duration = Duration::from_millis(500);

/// The signals that a keeper reads instead of receiving. Made before the instance is started, so that none is missed.
pub(crate) fn signals() -> io::Result<SignalFd> {
    let mask: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGQUIT, Signal::SIGHUP, Signal::SIGCHLD]
        .into_iter()
        .collect();
    mask.thread_block()?;
    Ok(SignalFd::with_flags(&mask, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}

/// A running instance and everything that belongs to it.
pub(crate) struct Supervisor {
    folder: PathBuf,
    child: Child,
    group: Pid,
    signals: SignalFd,
    outputs: Vec<Capture>,
    log: LogFile,
    record: Record,
    groups: Vec<PathBuf>,
    kill_at: Option<Instant>,
    ended: bool,
}

impl Supervisor {
    pub(crate) fn new(
        folder: &Path,
        mut child: Child,
        signals: SignalFd,
        log: LogFile,
        record: Record,
        request: &Request,
    ) -> Self {
        let redact = request.redact.as_slice();
        let stdout =
            child.stdout.take().map(|pipe| Capture::new(pipe.into(), Source::Stdout, Redactor::new(redact)));
        let stderr =
            child.stderr.take().map(|pipe| Capture::new(pipe.into(), Source::Stderr, Redactor::new(redact)));
        Self {
            folder: folder.to_owned(),
            group: Pid::from_raw(child.id().cast_signed()),
            child,
            signals,
            outputs: stdout.into_iter().chain(stderr).collect(),
            log,
            record,
            groups: request.groups.iter().map(PathBuf::from).collect(),
            kill_at: None,
            ended: false,
        }
    }

    /// Keeps the instance until it has ended, and writes down how.
    pub(crate) fn run(mut self) {
        while !self.ended {
            let until_kill = self.kill_at.map(|at| at.saturating_duration_since(Instant::now()));
            if until_kill.is_some_and(|left| left.is_zero()) {
                self.kill();
            }
            self.turn(self.kill_at.and(until_kill));
        }
        // The instance is a zombie now, so its group still has its number: whatever it left behind goes too.
        self.kill();
        let deadline = Instant::now() + DRAIN;
        while !self.outputs.is_empty() && Instant::now() < deadline {
            self.turn(Some(deadline.saturating_duration_since(Instant::now())));
        }
        for mut output in std::mem::take(&mut self.outputs) {
            output.finish(&mut self.log);
        }
        self.write_end();
    }

    /// Waits until something happens, and deals with it.
    fn turn(&mut self, limit: Option<Duration>) {
        let timeout =
            limit.map_or(PollTimeout::NONE, |limit| PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX));
        let ready = {
            let mut files = vec![PollFd::new(self.signals.as_fd(), PollFlags::POLLIN)];
            files.extend(self.outputs.iter().map(|output| PollFd::new(output.as_fd(), PollFlags::POLLIN)));
            match poll(&mut files, timeout) {
                Ok(_) => files.iter().map(|file| file.any().unwrap_or(true)).collect(),
                Err(_) => vec![false; files.len()],
            }
        };
        for index in (0..self.outputs.len()).rev() {
            if ready[index + 1] && self.outputs[index].pull(&mut self.log) == Pulled::End {
                self.outputs.remove(index);
            }
        }
        self.read_signals();
    }

    fn read_signals(&mut self) {
        while let Ok(Some(info)) = self.signals.read_signal() {
            match Signal::try_from(info.ssi_signo.cast_signed()) {
                Ok(Signal::SIGTERM | Signal::SIGINT) => self.ask_to_end(),
                Ok(Signal::SIGQUIT) => self.kill(),
                Ok(Signal::SIGCHLD) => self.ended = self.has_ended(),
                _ => {}
            }
        }
    }

    fn ask_to_end(&mut self) {
        if self.kill_at.is_none() {
            self.log.write(Source::Platform, b"asked to end");
        }
        self.kill_at = Instant::now().checked_add(grace::read(&self.folder));
        let _ = killpg(self.group, Signal::SIGTERM);
    }

    fn kill(&mut self) {
        self.kill_at = None;
        let _ = killpg(self.group, Signal::SIGKILL);
    }

    /// Whether it ended. It is not reaped by this: its number stays its own.
    fn has_ended(&self) -> bool {
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        !matches!(waitid(Id::Pid(self.group), flags), Ok(WaitStatus::StillAlive))
    }

    fn write_end(&mut self) {
        let status = self.child.wait();
        let (code, signal) = status.as_ref().map_or((None, None), |status| (status.code(), status.signal()));
        let peak =
            getrusage(UsageWho::RUSAGE_CHILDREN).ok().and_then(|usage| u64::try_from(usage.max_rss()).ok());
        let end = End {
            code,
            signal,
            at: u64::try_from(now().as_millis()).unwrap_or(u64::MAX),
            peak_memory: peak.map(|kib| kib * 1024),
            out_of_memory: group::reached(&self.groups).filter(|_| signal == Some(Signal::SIGKILL as i32)),
        };
        let text = match end.out_of_memory {
            Some(Reached { limit, .. }) => {
                format!("killed by the kernel at its limit of {limit} bytes of memory")
            }
            None => status.map_or_else(|fault| format!("ended, nobody knows how: {fault}"), ending),
        };
        self.log.write(Source::Platform, text.as_bytes());
        let _ = self.record.write_end(&self.folder, end);
    }
}

fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with code {code}"),
        (None, Some(number)) => {
            let name =
                Signal::try_from(number).map_or_else(|_| String::new(), |signal| format!(" ({signal})"));
            format!("ended by signal {number}{name}")
        }
        (None, None) => "ended".into(),
    }
}
