//! How long the store waits, and how often it tries.

use std::time::Duration;

use object_store::{BackoffConfig, RetryConfig};

/// Time-outs and retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Time-out of a connection.
    pub connect: Duration,
    /// The longest pause between two bytes, in either direction, and before an answer.
    pub stall: Duration,
    /// Number of retries of a request. The delays double from 0.2 s to 15 s, with jitter.
    pub retries: usize,
    /// No retry begins later than this after the first attempt.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            stall: Duration::from_secs(60),
            retries: 8,
            whole: Duration::from_secs(120),
        }
    }
}

impl Patience {
    /// For work.
    pub(crate) fn retries(self) -> RetryConfig {
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(15),
            base: 2.0,
        };
        RetryConfig { backoff, max_retries: self.retries, retry_timeout: self.whole }
    }

    /// For a probe, which is repeated anyway.
    pub(crate) fn short(self) -> RetryConfig {
        RetryConfig { max_retries: self.retries.min(1), ..self.retries() }
    }
}
