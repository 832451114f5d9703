//! One-time texts, from the POST that generated them to the page that shows them.
//!
//! They must not reach a database, so they are held in memory for at most two minutes, under an unguessable ticket. After
//! that, or if another process serves the page, they are lost; the page then says how to create another one.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{ExposeSecret as _, SecretString};

const KEPT: Duration = Duration::from_secs(120);

/// One-time secrets.
pub(crate) static SECRETS: LazyLock<OneTimeTexts> = LazyLock::new(|| OneTimeTexts::new(1_000));

type Waiting = HashMap<String, (Instant, SecretString)>;

/// Texts that are taken once.
pub(crate) struct OneTimeTexts {
    waiting: Mutex<Waiting>,
    most: usize,
}

impl OneTimeTexts {
    /// Holds at most `most` texts; a further one replaces the oldest.
    pub(crate) fn new(most: usize) -> Self {
        Self { waiting: Mutex::default(), most }
    }

    /// Stores a text and returns its ticket.
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

    /// Takes the text of a ticket; `None` if it was taken before or expired.
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
