//! The output of programs that jobs start.

use std::process::ExitStatus;
use std::time::Duration;

use model::Progress;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio_util::io::SyncIoBridge;

use super::problems;
use crate::Result;
use crate::jobs::{JobContext, Program};

/// What is kept of the messages of a program: the end.
const MESSAGES: usize = 4096;
/// Between two reports of progress.
const TOLD: Duration = Duration::from_secs(1);

/// The last messages of a program, read while it runs.
pub(super) type Messages = JoinHandle<String>;

/// Standard output, for a thread that reads it, and the messages.
pub(super) fn output_of(program: &mut Program) -> (Option<SyncIoBridge<ChildStdout>>, Messages) {
    let output = program.child.stdout.take().map(SyncIoBridge::new);
    (output, messages_of(program))
}

/// The messages of a program.
pub(super) fn messages_of(program: &mut Program) -> Messages {
    let errors = program.child.stderr.take();
    tokio::spawn(async move {
        match errors {
            Some(errors) => last_of(errors).await,
            None => String::new(),
        }
    })
}

async fn last_of(mut errors: impl AsyncRead + Unpin) -> String {
    let (mut last, mut piece) = (Vec::new(), [0; MESSAGES]);
    while let Ok(read) = errors.read(&mut piece).await {
        if read == 0 {
            break;
        }
        last.extend_from_slice(&piece[..read]);
        let surplus = last.len().saturating_sub(MESSAGES);
        last.drain(..surplus);
    }
    String::from_utf8_lossy(&last).into_owned()
}

/// Fails with the messages where the program ended with an error.
pub(super) async fn succeeded(name: &str, status: ExitStatus, messages: Messages) -> Result<()> {
    let messages = messages.await.unwrap_or_default();
    if status.success() {
        return Ok(());
    }
    Err(problems::program(name, if messages.is_empty() { "it was ended" } else { &messages }).into())
}

/// Runs a program to its end, with its progress once a second. Fails with its messages.
pub(super) async fn run<I: Send + Sync>(
    job: &JobContext<I>,
    name: &str,
    command: Command,
    told: impl Fn() -> Option<Progress> + Send + Sync,
) -> Result<()> {
    let mut program = job.start(command).await?;
    let messages = messages_of(&mut program);
    let ended = watched(job, job.wait(program), told).await?;
    succeeded(name, ended, messages).await
}

/// Reports the progress of some work once a second.
pub(super) async fn watched<I, T>(
    job: &JobContext<I>,
    work: impl Future<Output = T>,
    told: impl Fn() -> Option<Progress>,
) -> T {
    let mut work = std::pin::pin!(work);
    let mut every = tokio::time::interval(TOLD);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = every.tick() => {
                if let Some(progress) = told() {
                    job.progress(progress);
                }
            }
        }
    }
}
