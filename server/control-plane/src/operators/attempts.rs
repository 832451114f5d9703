//! Wrong log-ins, and how long the next one has to wait.
//!
//! They are counted by the address that was typed **and** by where the asker is, so a stranger who guesses keeps the
//! owner out of nothing. Addresses that no operator has are counted like all others: a wait tells nothing. A count is
//! forgotten after an hour, when the log-in succeeds, when the operator's password is set anew, and when the server ends.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

/// So many wrong log-ins make nobody wait.
const FREE: u32 = 4;
/// The first wait; each further wrong one doubles it.
const FIRST: Duration = Duration::from_secs(30);
/// The longest.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// After so long without a wrong one the count begins again.
const FORGOTTEN: Duration = Duration::from_secs(60 * 60);
/// Counts that are kept; the one that was quiet for longest makes room.
const KEPT: usize = 10_000;

/// Where an asker is, as far as it tells one asker from another: an IPv4 address, the network of an IPv6 one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl Default for Peer {
    /// This machine.
    fn default() -> Self {
        Self(Ipv4Addr::LOCALHOST.into())
    }
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            // whoever has one IPv6 address has all of its /64
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into()),
            IpAddr::V4(v4) => Self(v4.into()),
        }
    }
}

/// Whose wrong log-ins are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Account {
    address: [u8; 32],
    epoch: i32,
    peer: Peer,
}

impl Account {
    /// Of an address as it was typed. A new password begins a new `epoch`; an address that no operator has is at 0.
    pub(super) fn new(address: &str, epoch: i32, peer: Peer) -> Self {
        Self { address: Sha256::digest(address.trim().to_lowercase()).into(), epoch, peer }
    }
}

struct Wrong {
    count: u32,
    last: Instant,
}

impl Wrong {
    fn wait(&self, now: Instant) -> Duration {
        let Some(beyond) = self.count.checked_sub(FREE + 1) else { return Duration::ZERO };
        let wait = FIRST.saturating_mul(1 << beyond.min(16)).min(LONGEST);
        wait.saturating_sub(now.saturating_duration_since(self.last))
    }
}

/// All counts.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<Account, Wrong>>);

impl Attempts {
    /// How long the next log-in has to wait; zero when it may be tried.
    pub(super) fn wait(&self, account: &Account, now: Instant) -> Duration {
        self.lock().get(account).map_or(Duration::ZERO, |wrong| wrong.wait(now))
    }

    /// Counts a wrong log-in.
    pub(super) fn wrong(&self, account: Account, now: Instant) {
        let mut counts = self.lock();
        if counts.len() >= KEPT && !counts.contains_key(&account) {
            counts.retain(|_, wrong| now.saturating_duration_since(wrong.last) < FORGOTTEN);
            let quiet = counts.iter().min_by_key(|(_, wrong)| wrong.last).map(|(account, _)| account.clone());
            if let Some(quiet) = quiet.filter(|_| counts.len() >= KEPT) {
                counts.remove(&quiet);
            }
        }
        let wrong = counts.entry(account).or_insert(Wrong { count: 0, last: now });
        let old = now.saturating_duration_since(wrong.last) >= FORGOTTEN;
        *wrong = Wrong { count: if old { 1 } else { wrong.count.saturating_add(1) }, last: now };
    }

    /// A right one ends the count.
    pub(super) fn right(&self, account: &Account) {
        self.lock().remove(account);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Account, Wrong>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
