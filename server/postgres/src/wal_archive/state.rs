//! What an archive remembers while this process runs.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::MissingGrant;
use time::OffsetDateTime;

use super::catalog::{Latest, Lsn};
use super::chain::Chain;

/// Positions of the server that are remembered until the archive has them.
const SAMPLES: usize = 500;

/// Shared between the receiver and the reports.
#[derive(Default)]
pub struct State(Mutex<Memory>);

/// What is remembered.
#[derive(Default)]
pub struct Memory {
    /// The chain that is written to.
    pub chain: Option<Chain>,
    /// Why the receiver ended last; `None` while it runs.
    pub fault: Option<String>,
    /// What the preflight found.
    pub missing: Vec<MissingGrant>,
    /// Whether the next receiver begins a new chain: the server has removed what the present one needs next.
    pub new_chain: bool,
    samples: VecDeque<Sample>,
}

/// A position of the server, and the first and last time at which it was seen there.
#[derive(Clone, Copy)]
struct Sample {
    lsn: Lsn,
    first: OffsetDateTime,
    last: OffsetDateTime,
}

impl State {
    pub fn lock(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// The server was at this position at this time, and the archive is at `archived`. Returns the newest time until which everything is
    /// archived, if it is known.
    pub fn sample(&mut self, at: OffsetDateTime, server: Lsn, archived: Lsn) -> Option<Latest> {
        match self.samples.back_mut() {
            Some(newest) if newest.lsn >= server => newest.last = at, // nothing was written since
            _ => self.samples.push_back(Sample { lsn: server, first: at, last: at }),
        }
        if self.samples.len() > SAMPLES {
            self.samples.remove(1); // the oldest one tells how far the archive is behind
        }
        let mut reached = None;
        while let Some(sample) = self.samples.front().copied().filter(|sample| sample.lsn <= archived) {
            reached = Some(Latest { at: sample.last, lsn: sample.lsn });
            if self.samples.len() == 1 {
                break;
            }
            self.samples.pop_front();
        }
        reached
    }

    /// When the archive fell behind: the oldest position that it does not have.
    pub fn behind_since(&self, archived: Lsn) -> Option<OffsetDateTime> {
        self.samples.iter().find(|sample| sample.lsn > archived).map(|sample| sample.first)
    }

    /// Another chain begins.
    pub fn begin(&mut self, chain: Chain) {
        if self.chain.as_ref() != Some(&chain) {
            self.samples.clear();
        }
        self.chain = Some(chain);
        self.new_chain = false;
    }
}
