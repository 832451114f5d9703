//! Hints for open pages: what changed, without its state.

use model::Hint;
use tokio::sync::broadcast;

/// Hints that a slow receiver may lag behind; beyond that it is told to read everything.
const BACKLOG: usize = 1024;

/// The sender of hints.
pub struct Live(broadcast::Sender<Hint>);

impl Live {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.0.subscribe()
    }

    /// Sends a hint. Without a receiver it is dropped.
    pub(crate) fn send(&self, hint: Hint) {
        let _ = self.0.send(hint);
    }
}
