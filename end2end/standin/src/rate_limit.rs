//! The original's rate limiter: a budget per client and fixed window, refilled all at once.
//!
//! A client is the first hop of `X-Forwarded-For`; everybody without that header shares one bucket. Buckets are never evicted.
//! `RATE_LIMIT_RPS` is, despite its name, the budget of a whole window.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Who shares a budget when no proxy names the client.
const ANONYMOUS: &str = "127.0.0.1";

/// Budgets of all clients.
#[derive(Debug)]
pub struct RateLimiter {
    budget: u32,
    window: Duration,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    opened: Instant,
    used: u32,
}

/// The budget is spent; how long until it is refilled.
#[derive(Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

impl RateLimiter {
    /// `budget` requests per `window` and client.
    pub fn new(budget: u32, window: Duration) -> Self {
        Self { budget, window, buckets: Mutex::default() }
    }

    /// Takes one request out of the client's budget.
    pub fn take(&self, client: &str, now: Instant) -> Result<(), RetryAfter> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(client.to_owned()).or_insert(Bucket { opened: now, used: 0 });
        let age = now.saturating_duration_since(bucket.opened);
        if age >= self.window {
            *bucket = Bucket { opened: now, used: 0 };
        }
        if bucket.used >= self.budget {
            return Err(RetryAfter(self.window.saturating_sub(age)));
        }
        bucket.used += 1;
        Ok(())
    }
}

/// The client that `X-Forwarded-For` names.
pub fn client(forwarded_for: Option<&str>) -> &str {
    let first = forwarded_for.and_then(|hops| hops.split(',').next()).map(str::trim);
    first.filter(|hop| !hop.is_empty()).unwrap_or(ANONYMOUS)
}

/// Paths outside the budget; `/metrics` and `/version` are inside.
pub fn is_exempt(path: &str) -> bool {
    matches!(path, "/auth" | "/health" | "/ready") || path.starts_with("/auth/")
}

#[cfg(test)]
mod tests;
