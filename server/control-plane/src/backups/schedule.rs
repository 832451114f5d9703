//! When a scheduled backup of a project is due.
//!
//! A pure calculation from the schedule, the project's id, the last run and the clock. Nothing else is remembered, so restarts,
//! changes of the schedule and several control planes need no care. A run covers every scheduled time before it: missed runs are
//! caught up once.

use model::{BackupSchedule, ProjectId};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

/// Maximum delay of a scheduled time.
const MAX_DELAY: Duration = Duration::minutes(15);
/// How far the start of a run may be ahead of the clock and still count: the clock was corrected backwards after it.
const CLOCK_TOLERANCE: Duration = Duration::hours(1);

/// When the next scheduled backup of a project is due; never before `now`, and exactly `now` if it is due at once.
///
/// - `last`: the start of the last scheduled backup, whatever came of it; see [`last_run`]. `None`: there was none, so it is due at
///   once. To wait for the first scheduled time instead, pass the time of the create of the project or of its schedule.
/// - It is due at the first scheduled time after `last`, plus the [`delay`] of the project. If that is past, it is due at once, and
///   after that run at the first scheduled time that is still to come.
/// - `None` if backups are off, or if the schedule has no further scheduled time.
pub fn next_run(
    schedule: &BackupSchedule,
    project: &ProjectId,
    last: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    match (schedule, last) {
        (BackupSchedule::Off, _) => None,
        (_, None) => Some(now),
        (_, Some(last)) => {
            let scheduled = schedule.next_after(last)?;
            Some(scheduled.saturating_add(delay(schedule, project, scheduled)).max(now))
        }
    }
}

/// The start of the last scheduled backup, of the starts of all of them. Starts more than an hour after `now` are ignored: the
/// clock was wrong when they were recorded, and would otherwise stop the backups until then.
pub fn last_run(
    starts: impl IntoIterator<Item = OffsetDateTime>,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    let latest = now.saturating_add(CLOCK_TOLERANCE);
    starts.into_iter().filter(|start| *start <= latest).max()
}

/// By how much a project runs after a scheduled time: always the same share, which depends on its id alone, of a spread. The spread
/// of an interval is 10 % of it and at most 15 minutes. The spread of a cron expression is 15 minutes, or the time until it fires
/// again if that is less. In whole seconds, from 0 to less than the spread.
pub fn delay(schedule: &BackupSchedule, project: &ProjectId, scheduled: OffsetDateTime) -> Duration {
    let spread = match schedule {
        BackupSchedule::Off => Duration::ZERO,
        BackupSchedule::Every(interval) => Duration::seconds(interval.seconds() / 10),
        BackupSchedule::Cron(_) => schedule.next_after(scheduled).map_or(MAX_DELAY, |next| next - scheduled),
    };
    let spread = spread.clamp(Duration::ZERO, MAX_DELAY).whole_seconds().unsigned_abs();
    let seconds = (u128::from(spread) * u128::from(share(project))) >> u64::BITS;
    Duration::seconds(i64::try_from(seconds).unwrap_or(0))
}

/// The share of the spread that a project is delayed by, in 2^-64. SHA-256, because it has to be the same in every version.
fn share(project: &ProjectId) -> u64 {
    let digest: [u8; 32] = Sha256::digest(project.as_str()).into();
    digest.iter().take(8).fold(0, |share, byte| share << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests;
