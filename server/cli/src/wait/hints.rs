//! `GET /api/v1/events`: "look again", as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use model::Hint;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::client::{Client, Lines, Path};
use crate::failure::Failure;

/// The server says something every 15 s; after this time the connection is taken for cut.
const SILENCE: Duration = Duration::from_secs(40);
/// The shortest time between two wake-ups, however many hints come.
const CALM: Duration = Duration::from_millis(50);

/// How long to wait before the next attempt: one second, doubled each time up to ten.
#[derive(Debug, Clone, Copy)]
pub struct Patience(Duration);

impl Patience {
    const LEAST: Duration = Duration::from_secs(1);
    const MOST: Duration = Duration::from_secs(10);

    /// The wait after the first failure.
    pub const fn new() -> Self {
        Self(Self::LEAST)
    }

    /// The wait now; the next one is longer.
    pub fn longer(&mut self) -> Duration {
        let now = self.0;
        self.0 = (now * 2).min(Self::MOST);
        now
    }
}

/// Hints that concern somebody, taken from a connection that is opened again whenever it is cut. It ends when
/// this is dropped.
pub struct Hints {
    woken: Arc<Notify>,
    reader: JoinHandle<()>,
}

impl Hints {
    /// Starts to listen. Many hints between two looks wake once.
    pub fn follow(client: Client, concerns: impl Fn(&Hint) -> bool + Send + Sync + 'static) -> Self {
        let woken = Arc::new(Notify::new());
        let reader = tokio::spawn(read(client, Arc::clone(&woken), concerns));
        Self { woken, reader }
    }

    /// Returns at the next hint, but never sooner than after 50 ms nor later than after `at_most`.
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
            // What happened while nobody listened.
            woken.notify_one();
            if matches!(heed(&mut lines, &woken, &concerns).await, Ok(true)) {
                patience = Patience::new();
            }
        }
        tokio::time::sleep(patience.longer()).await;
    }
}

/// Reads until the connection ends; whether anything came over it.
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

/// The hint of a line of the stream. A hint is one line of data; comments and other fields are nothing to us.
fn hint(line: &str) -> Option<Hint> {
    serde_json::from_str(line.strip_prefix("data:")?).ok()
}

#[cfg(test)]
mod tests;
