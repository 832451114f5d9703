//! Hints of `GET /api/v1/events` (server-sent events).

use std::sync::Arc;
use std::time::Duration;

use model::Hint;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::client::{Client, Lines, Path};
use crate::failure::Failure;

/// The server sends something every 15 s; after this silence the connection counts as cut.
const SILENCE: Duration = Duration::from_secs(40);
/// Minimum time between two wake-ups, however many hints arrive.
const CALM: Duration = Duration::from_millis(50);

/// Back-off between connection attempts: one second, doubled each time up to ten.
#[derive(Debug, Clone, Copy)]
pub struct Patience(Duration);

impl Patience {
    const LEAST: Duration = Duration::from_secs(1);
    const MOST: Duration = Duration::from_secs(10);

    /// The first delay.
    pub const fn new() -> Self {
        Self(Self::LEAST)
    }

    /// Returns the present delay and doubles it.
    pub fn longer(&mut self) -> Duration {
        let now = self.0;
        self.0 = (now * 2).min(Self::MOST);
        now
    }
}

/// Hints from a connection that reconnects whenever it is cut. Dropping it closes the connection.
pub struct Hints {
    woken: Arc<Notify>,
    reader: JoinHandle<()>,
}

impl Hints {
    /// Connects. Several hints between two reads wake once.
    pub fn follow(client: Client, concerns: impl Fn(&Hint) -> bool + Send + Sync + 'static) -> Self {
        let woken = Arc::new(Notify::new());
        let reader = tokio::spawn(read(client, Arc::clone(&woken), concerns));
        Self { woken, reader }
    }

    /// Returns at the next hint, but not before 50 ms and not after `at_most`.
    pub async fn next(&mut self, at_most: Duration) {
        tokio::time::sleep(CALM).await;
        let _ = tokio::time::timeout(at_most.saturating_sub(CALM), self.woken.notified()).await;
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

async fn read(client: Client, woken: Arc<Notify>, concerns: impl Fn(&Hint) -> bool) {
    let mut patience = Patience::new();
    loop {
        if let Ok(mut lines) = client.lines(&Path::of(&["events"]), Some(SILENCE)).await {
            // hints may have been missed while disconnected
            woken.notify_one();
            if matches!(heed(&mut lines, &woken, &concerns).await, Ok(true)) {
                patience = Patience::new();
            }
        }
        tokio::time::sleep(patience.longer()).await;
    }
}

/// Reads until the connection ends. Returns whether any data arrived.
async fn heed(lines: &mut Lines, woken: &Notify, concerns: &impl Fn(&Hint) -> bool) -> Result<bool, Failure> {
    let mut heard = false;
    while let Some(line) = lines.next().await? {
        heard = true;
        if hint(&line).is_some_and(|hint| concerns(&hint)) {
            woken.notify_one();
        }
    }
    Ok(heard)
}

/// The hint in a line of the stream: one line of data. Comments and other fields are ignored.
fn hint(line: &str) -> Option<Hint> {
    serde_json::from_str(line.strip_prefix("data:")?).ok()
}

#[cfg(test)]
mod tests;
