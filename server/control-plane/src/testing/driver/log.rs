//! The log of a project in memory; it goes on across restarts of the instance.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use model::{LogLine, LogStream};
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::ports::driver::{DriverError, Follow, LogQuery};

/// Lines, and a bell for those who wait for more.
#[derive(Default)]
pub(super) struct Log {
    lines: Mutex<Vec<LogLine>>,
    bell: watch::Sender<()>,
}

impl Log {
    pub(super) fn add(&self, stream: LogStream, text: String) {
        self.lines().push(LogLine { at: OffsetDateTime::now_utc(), stream, text });
        self.bell.send_replace(());
    }

    pub(super) fn clear(&self) {
        self.lines().clear();
    }

    /// The newest lines, then those that come, as asked.
    pub(super) fn read(self: Arc<Self>, query: LogQuery) -> BoxStream<'static, Result<LogLine, DriverError>> {
        // Before the lines are read: a line that comes in between rings.
        let bell = self.bell.subscribe();
        let (tail, next) = {
            let lines = self.lines();
            (lines[lines.len().saturating_sub(query.tail)..].to_vec(), lines.len())
        };
        let tail = stream::iter(tail).map(Ok);
        match query.follow {
            Follow::No => tail.boxed(),
            Follow::Yes => tail.chain(self.follow(next, bell)).boxed(),
        }
    }

    fn follow(
        self: Arc<Self>,
        next: usize,
        bell: watch::Receiver<()>,
    ) -> impl futures::Stream<Item = Result<LogLine, DriverError>> + Send {
        stream::unfold((self, next, bell), |(log, mut next, mut bell)| async move {
            loop {
                bell.borrow_and_update();
                let line = {
                    let lines = log.lines();
                    // The log was removed in between: what is there is new.
                    next = if next > lines.len() { 0 } else { next };
                    lines.get(next).cloned()
                };
                if let Some(line) = line {
                    return Some((Ok(line), (log, next + 1, bell)));
                }
                bell.changed().await.ok()?;
            }
        })
    }

    fn lines(&self) -> MutexGuard<'_, Vec<LogLine>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
