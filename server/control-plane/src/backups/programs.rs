//! The output of programs that jobs start.

use std::process::ExitStatus;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::ChildStdout;
use tokio::task::JoinHandle;
use tokio_util::io::SyncIoBridge;

use super::problems;
use crate::Result;
use crate::jobs::Program;

/// What is kept of the messages of a program: the end.
const MESSAGES: usize = 4096;

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
