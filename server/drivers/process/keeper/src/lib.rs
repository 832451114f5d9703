//! The keeper: a small process between the control plane and one instance.
//!
//! It exists because the control plane must be able to die and come back without its instances noticing. So
//! somebody else has to be the parent that reads their output, reaps them and knows how they ended. The keeper does
//! nothing but that, holds under 2 MB of private memory, and lives exactly as long as its instance.
//!
//! Invariants:
//! - at most one keeper a run folder: it holds an exclusive lock on the file `lock` while it lives;
//! - at most one instance a keeper, and none without: the kernel kills the instance when its keeper dies;
//! - secrets come in over standard input and go out in the environment block of the instance; they are never in an
//!   argument, and are removed from the output before it is stored;
//! - the keeper never waits for the control plane, and a full disk loses log lines but neither blocks nor ends the
//!   instance.
//!
//! The driver shares [`protocol`] (how a keeper is asked), [`grace`] (how long an instance may take to end), [`mod@record`] (what it leaves behind), [`log_file`] (what
//! the instance printed) and [`process`] (who is alive) with it. Those formats outlive a release: a keeper started by
//! an older control plane is adopted by a newer one.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

mod capture;
pub mod grace;
mod group;
mod keep;
mod launch;
pub mod log_file;
pub mod process;
pub mod protocol;
pub mod record;
mod redact;
mod supervise;

/// The name of the lock file in the run folder. It is open for writing while the keeper lives, so its closing is
/// what tells a watcher that the keeper ended, however it ended.
pub const LOCK: &str = "lock";

/// The program, without its own name in `args`:
///
/// - `keep FOLDER` reads a [`protocol::Request`] from standard input, answers one [`protocol::Reply`] and stays;
/// - `launch PID PROGRAM GROUP...` is how the keeper starts itself once more to become the instance;
/// - `--version` prints the release.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.collect();
    let words: Vec<&str> = args.iter().map(|arg| arg.to_str().unwrap_or_default()).collect();
    match words.as_slice() {
        ["keep", _] => keep::run(Path::new(&args[1])),
        ["launch", parent, _, ..] => {
            let groups: Vec<&Path> = args[3..].iter().map(Path::new).collect();
            launch::run(parent, Path::new(&args[2]), &groups)
        }
        ["--version"] => say(std::io::stdout(), concat!("atomo-keeper ", env!("CARGO_PKG_VERSION"))),
        _ => {
            say(std::io::stderr(), "usage: atomo-keeper keep FOLDER < REQUEST");
            ExitCode::from(2)
        }
    }
}

fn say(mut to: impl Write, line: &str) -> ExitCode {
    match writeln!(to, "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
