//! Submits of one form, known by its idempotency key: the first runs, and every later one gets its answer. A double click
//! therefore does nothing twice.
//!
//! Answers are held in memory for a bounded time. An operation that a form opens has the same key in the registry, so that
//! it is opened once also over a restart or by two control planes.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use crate::error::AppError;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(600);
/// Bound on the number of answers; a further one replaces the oldest.
const MOST: usize = 10_000;

type Answer = Arc<OnceCell<String>>;

static ANSWERS: LazyLock<Mutex<HashMap<String, (Instant, Answer)>>> = LazyLock::new(Mutex::default);

/// Runs `call`, or waits for the run of the same key. Returns the address that follows. A failure is not kept.
pub(super) async fn run(
    key: &str,
    call: impl AsyncFnOnce() -> Result<String, AppError>,
) -> Result<String, AppError> {
    let answer = answer(key);
    answer.get_or_try_init(|| call()).await.cloned()
}

fn answer(key: &str) -> Answer {
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = answers.get(key) {
        return Arc::clone(known);
    }
    if answers.len() >= MOST {
        answers.retain(|_, (since, _)| since.elapsed() < KEPT);
        let oldest = answers.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest.filter(|_| answers.len() >= MOST) {
            answers.remove(&oldest);
        }
    }
    let new = Answer::default();
    answers.insert(key.to_owned(), (Instant::now(), Arc::clone(&new)));
    new
}

#[cfg(test)]
mod tests;
