//! What an archive has, and what of it is retained: pure.

use model::RecoveryWindow;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

#[cfg(test)]
mod tests;

/// A position in the write-ahead log, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lsn(pub u64);

impl Lsn {
    /// `16/B374D848`, as Postgres prints it.
    pub fn parse(text: &str) -> Option<Self> {
        let (high, low) = text.split_once('/')?;
        let (high, low) = (u32::from_str_radix(high, 16).ok()?, u32::from_str_radix(low, 16).ok()?);
        Some(Self((u64::from(high) << 32) | u64::from(low)))
    }
}

/// A complete base backup, as its file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// The operation that took it; the name of its folder.
    pub operation: String,
    /// When it ended: the earliest time to which a restore can start from it.
    #[serde(with = "time::serde::rfc3339")]
    pub ended_at: OffsetDateTime,
    /// Its timeline.
    pub timeline: u32,
    /// Where its log begins.
    pub start: Lsn,
    /// Where it is consistent.
    pub end: Lsn,
    /// Its size.
    pub bytes: u64,
    /// The size of a file of the log.
    pub segment: u64,
    /// Settings of the server that a recovery needs, in the form of its configuration file.
    pub settings: Vec<(String, String)>,
    /// The role that `initdb` made.
    pub superuser: String,
    /// `server_version_num`.
    pub server_version: u32,
}

/// Until where a chain is archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// Everything that was committed until then is in the archive.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The position.
    pub lsn: Lsn,
}

/// The times that a chain covers; `None` until it has a base backup and log behind it.
pub fn window(bases: &[Base], latest: Option<Latest>) -> Option<RecoveryWindow> {
    let earliest = bases.iter().map(|base| base.ended_at).min()?;
    let latest = latest?.at;
    (earliest <= latest).then_some(RecoveryWindow { earliest, latest })
}

/// The base backup from which a restore to this time starts: the newest one that ended before.
pub fn base_for(bases: &[Base], at: OffsetDateTime) -> Option<&Base> {
    bases.iter().filter(|base| base.ended_at <= at).max_by_key(|base| base.ended_at)
}

/// The base backups to remove: every one that is older than another one which is itself older than the window. So the whole window is
/// covered, and the newest base backup is never removed.
pub fn removable(bases: &[Base], now: OffsetDateTime, days: u32) -> Vec<&Base> {
    let begin = now - Duration::days(i64::from(days));
    let Some(needed) = base_for(bases, begin) else { return Vec::new() };
    bases.iter().filter(|base| base.ended_at < needed.ended_at).collect()
}

/// Whether a file of the log is needed by none of these base backups. Without a base backup all are needed, and so is the history of
/// timelines. A name is timeline, upper and lower part of the number of the file, each of 8 hexadecimal digits.
pub fn is_superfluous(name: &str, bases: &[Base]) -> bool {
    let Some(oldest) = bases.iter().min_by_key(|base| base.start) else { return false };
    segment_end(name, oldest.segment).is_some_and(|end| end <= oldest.start.0)
}

/// The position behind the last byte of a file of the log; `None` for other files.
pub fn segment_end(name: &str, size: u64) -> Option<u64> {
    let name = name.strip_suffix(".partial").unwrap_or(name);
    if name.len() != 24 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let (upper, lower) = (name.get(8..16)?, name.get(16..24)?);
    let (upper, lower) = (u64::from_str_radix(upper, 16).ok()?, u64::from_str_radix(lower, 16).ok()?);
    let begin = upper.checked_shl(32)?.checked_add(lower.checked_mul(size)?)?;
    begin.checked_add(size)
}
