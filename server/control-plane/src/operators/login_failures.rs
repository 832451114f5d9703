//! Failed log-ins, and the delay before the next attempt.
//!
//! They are counted by account **and** client network, so that a stranger who guesses passwords cannot lock an owner
//! out. Unknown e-mail addresses are counted like all others, so that a delay reveals nothing. A count ends after an
//! hour, on a successful log-in, when the password is changed, and when the server stops.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

/// Failed attempts without a delay.
const FREE: u32 = 4;
/// The first delay; each further failure doubles it.
const FIRST: Duration = Duration::from_secs(30);
/// The maximum delay.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// A count ends after this time without a failure.
const FORGOTTEN: Duration = Duration::from_secs(60 * 60);
/// Maximum number of counts; the one with the oldest failure is dropped.
const KEPT: usize = 10_000;

/// The network of a client: an IPv4 address, or the /64 of an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientNetwork(IpAddr);

impl Default for ClientNetwork {
    /// Loopback.
    fn default() -> Self {
        Self(Ipv4Addr::LOCALHOST.into())
    }
}

impl From<IpAddr> for ClientNetwork {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            // a client with one IPv6 address controls its whole /64
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into()),
            IpAddr::V4(v4) => Self(v4.into()),
        }
    }
}

/// The key of a count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Account {
    address: [u8; 32],
    epoch: i32,
    peer: ClientNetwork,
}

impl Account {
    /// For an e-mail address as typed. `epoch` changes with the password; it is 0 for an unknown address.
    pub(super) fn new(address: &str, epoch: i32, peer: ClientNetwork) -> Self {
        Self { address: Sha256::digest(address.trim().to_lowercase()).into(), epoch, peer }
    }
}

struct FailureCount {
    count: u32,
    last: Instant,
}

impl FailureCount {
    fn wait(&self, now: Instant) -> Duration {
        let Some(beyond) = self.count.checked_sub(FREE + 1) else { return Duration::ZERO };
        let wait = FIRST.saturating_mul(1 << beyond.min(16)).min(LONGEST);
        wait.saturating_sub(now.saturating_duration_since(self.last))
    }
}

/// All counts.
#[derive(Default)]
pub(super) struct LoginFailures(Mutex<HashMap<Account, FailureCount>>);

impl LoginFailures {
    /// The remaining delay of the next attempt; zero if there is none.
    pub(super) fn wait(&self, account: &Account, now: Instant) -> Duration {
        self.lock().get(account).map_or(Duration::ZERO, |wrong| wrong.wait(now))
    }

    /// Counts a failure.
    pub(super) fn wrong(&self, account: Account, now: Instant) {
        let mut counts = self.lock();
        if counts.len() >= KEPT && !counts.contains_key(&account) {
            counts.retain(|_, wrong| now.saturating_duration_since(wrong.last) < FORGOTTEN);
            let quiet = counts.iter().min_by_key(|(_, wrong)| wrong.last).map(|(account, _)| account.clone());
            if let Some(quiet) = quiet.filter(|_| counts.len() >= KEPT) {
                counts.remove(&quiet);
            }
        }
        let wrong = counts.entry(account).or_insert(FailureCount { count: 0, last: now });
        let old = now.saturating_duration_since(wrong.last) >= FORGOTTEN;
        *wrong = FailureCount { count: if old { 1 } else { wrong.count.saturating_add(1) }, last: now };
    }

    /// Ends the count after a success.
    pub(super) fn right(&self, account: &Account) {
        self.lock().remove(account);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Account, FailureCount>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
