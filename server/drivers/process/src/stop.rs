//! The end of an instance: asked, then killed, then looked for.

use std::time::Duration;

use control_plane::ports::driver::DriverError;
use keeper::process::ProcessKey;
use keeper::record::Record;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use crate::blocking::blocking;
use crate::folder::RunFolder;
use crate::state::leftovers;

/// What a keeper needs at most to kill its instance, store the rest of its output and write the end.
const KEEPER_PATIENCE: Duration = Duration::from_secs(5);
const LEFTOVER_PATIENCE: Duration = Duration::from_secs(5);
const DOING: &str = "ending the instance";

/// Ends an instance: asks, waits up to the grace, kills. When it returns no process of it is left. Grace of zero
/// kills at once. An instance that has ended already is fine.
pub(crate) async fn stop(folder: &RunFolder, record: &Record, grace: Duration) -> Result<(), DriverError> {
    let keeper = record.keeper;
    let mut ended = !keeper.is_alive();
    if !ended && !grace.is_zero() {
        tell_grace(folder, grace).await?;
        signal(keeper, Signal::SIGTERM);
        ended = has_ended(keeper, grace).await;
    }
    if !ended {
        signal(keeper, Signal::SIGQUIT);
        ended = has_ended(keeper, KEEPER_PATIENCE).await;
    }
    if !ended {
        signal(keeper, Signal::SIGKILL);
    }
    kill_leftovers(record).await
}

/// The keeper keeps to the grace also when this control plane ends meanwhile. A full disk must not keep an instance from
/// being stopped: then the keeper kills it after its default.
async fn tell_grace(folder: &RunFolder, grace: Duration) -> Result<(), DriverError> {
    let path = folder.path().to_owned();
    blocking(DOING, move || {
        if let Err(fault) = keeper::grace::write(&path, grace) {
            tracing::warn!(path = %path.display(), %fault, "the grace cannot be written");
        }
        Ok(())
    })
    .await
}

/// Waits for a keeper that is about to end by itself, since its instance has; whether it did.
pub(crate) async fn settled(record: &Record) -> bool {
    has_ended(record.keeper, KEEPER_PATIENCE).await
}

async fn has_ended(process: ProcessKey, within: Duration) -> bool {
    let deadline = Instant::now() + within;
    let mut pause = Duration::from_millis(1);
    loop {
        if !process.is_alive() {
            return true;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        sleep(pause.min(left)).await;
        pause = (pause * 2).min(Duration::from_millis(25));
    }
}

async fn kill_leftovers(record: &Record) -> Result<(), DriverError> {
    let deadline = Instant::now() + LEFTOVER_PATIENCE;
    loop {
        let session = record.clone();
        let left = blocking(DOING, move || Ok(leftovers(&session))).await?;
        let Some(first) = left.first() else { return Ok(()) };
        if Instant::now() >= deadline {
            return Err(DriverError::Away { doing: DOING, reason: format!("process {first} does not end") });
        }
        for pid in left {
            send(pid, Signal::SIGKILL);
        }
        sleep(Duration::from_millis(10)).await;
    }
}

fn signal(process: ProcessKey, signal: Signal) {
    if process.is_alive() {
        send(process.pid, signal);
    }
}

/// A process that is gone by now needs no signal.
fn send(pid: u32, signal: Signal) {
    let _ = kill(Pid::from_raw(pid.cast_signed()), signal);
}
