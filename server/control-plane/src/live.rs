//! Hints for open pages: what moved, never what it is now.

use model::Hint;
use tokio::sync::broadcast;

/// Hints that a slow receiver may be behind; then it is told to look at everything.
const BACKLOG: usize = 1024;

/// Where hints are sent to.
pub struct Live(broadcast::Sender<Hint>);

impl Live {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.0.subscribe()
    }

    /// Sends a hint to whoever listens; nobody may.
    pub(crate) fn send(&self, hint: Hint) {
        let _ = self.0.send(hint);
    }
}
