//! Texts that are shown once, between the post that made them and the page that shows them.
//!
//! They must reach no database, so they wait here, in memory, under an unguessable ticket and for two minutes at most.
//! If the page is served by another process, or too late, they are gone: the page then says how to make another.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{ExposeSecret as _, SecretString};

const KEPT: Duration = Duration::from_secs(120);

/// Secrets that were just made.
pub(crate) static SECRETS: LazyLock<Once> = LazyLock::new(|| Once::new(1_000));

type Waiting = HashMap<String, (Instant, SecretString)>;

/// Texts that wait for their one look.
pub(crate) struct Once {
    waiting: Mutex<Waiting>,
    most: usize,
}

impl Once {
    /// For so many texts; beyond them, the oldest makes room.
    pub(crate) fn new(most: usize) -> Self {
        Self { waiting: Mutex::default(), most }
    }

    /// Keeps a text; the ticket takes it out again.
    pub(crate) fn put(&self, text: String) -> String {
        let ticket = uuid::Uuid::new_v4().to_string();
        let mut waiting = self.lock();
        waiting.retain(|_, (since, _)| since.elapsed() < KEPT);
        let oldest = waiting.iter().min_by_key(|(_, (since, _))| *since).map(|(ticket, _)| ticket.clone());
        if let Some(oldest) = oldest.filter(|_| waiting.len() >= self.most) {
            waiting.remove(&oldest);
        }
        waiting.insert(ticket.clone(), (Instant::now(), text.into()));
        ticket
    }

    /// Takes the text of a ticket, once.
    pub(crate) fn take(&self, ticket: &str) -> Option<String> {
        let (since, secret) = self.lock().remove(ticket)?;
        (since.elapsed() < KEPT).then(|| secret.expose_secret().to_owned())
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
