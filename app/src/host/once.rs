//! Secrets that are shown once, between the post that made them and the page that shows them.
//!
//! They must reach no database, so they wait here, in memory, under an unguessable ticket and for two minutes at most.
//! If the page is served by another process, or too late, they are gone: the page then says how to make another.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{ExposeSecret as _, SecretString};

const KEPT: Duration = Duration::from_secs(120);

static WAITING: LazyLock<Mutex<HashMap<String, (Instant, SecretString)>>> = LazyLock::new(Mutex::default);

/// Keeps a text; the ticket takes it out again.
pub(crate) fn put(text: String) -> String {
    let ticket = uuid::Uuid::new_v4().to_string();
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.retain(|_, (since, _)| since.elapsed() < KEPT);
    waiting.insert(ticket.clone(), (Instant::now(), text.into()));
    ticket
}

/// Takes the text of a ticket, once.
pub(crate) fn take(ticket: &str) -> Option<String> {
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    let (since, secret) = waiting.remove(ticket)?;
    (since.elapsed() < KEPT).then(|| secret.expose_secret().to_owned())
}

#[cfg(test)]
mod tests;
