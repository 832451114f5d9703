//! Which backups of a project are removed by its retention rules.
//!
//! Grandfather, father, son: the newest backups are retained, and the newest of each of the newest days, ISO weeks and months with
//! a backup. Calendar periods are those of UTC, so the result depends on no setting of the machine.
//!
//! Invariants, whatever the rules: a running backup, a pinned one, an uploaded one and the newest verified one are never removed.
//! Removing what is returned changes nothing for the rest: a second run at the same `now` returns nothing.

use std::collections::{BTreeMap, BTreeSet};

use model::{Backup, BackupId, BackupKind, BackupState, DeleteRequest, RetentionRules, VerificationState};
use time::{Duration, OffsetDateTime, UtcOffset};

/// How long a failed backup is listed.
const FAILED: Duration = Duration::days(14);
/// How long a manual backup is retained at least.
const MANUAL: Duration = Duration::days(7);

/// What the retention of one backup depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupFacts {
    /// Its id.
    pub id: BackupId,
    /// The moment that it shows; for one that is not complete, its start.
    pub taken_at: OffsetDateTime,
    /// Why it was taken.
    pub kind: BackupKind,
    /// Whether it can be restored from.
    pub state: BackupState,
    /// Whether it was proved by a restore.
    pub verification: VerificationState,
    /// Whether a pending delete or the undo of a restore needs it.
    pub pinned: bool,
}

impl BackupFacts {
    /// The facts of a backup.
    pub fn new(backup: &Backup, pinned: bool) -> Self {
        Self {
            id: backup.id,
            taken_at: backup.taken_at.unwrap_or(backup.started_at),
            kind: backup.kind,
            state: backup.state,
            verification: backup.verification.state,
            pinned,
        }
    }

    /// Whether it takes a place of the rules. Uploaded backups do not: they show another installation, and are removed by hand.
    fn is_counted(&self) -> bool {
        self.state == BackupState::Complete && self.kind != BackupKind::Uploaded
    }

    /// Whether it can be removed if no rule retains it.
    fn is_removable(&self, now: OffsetDateTime) -> bool {
        let age = now - self.taken_at;
        match self.state {
            _ if self.pinned => false,
            BackupState::Running | BackupState::Removed => false,
            BackupState::Failed => age > FAILED,
            BackupState::Complete => match self.kind {
                BackupKind::Uploaded => false,
                BackupKind::Manual | BackupKind::PreDeploy | BackupKind::PointInTime => age >= MANUAL,
                BackupKind::Scheduled | BackupKind::PreRestore | BackupKind::PreDelete => true,
            },
        }
    }
}

/// The backups of a project that something needs, so that no rule removes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// Whether an open job needs all of them.
    pub all: bool,
    /// Those that an open delete request rests on.
    pub delete: BTreeSet<BackupId>,
}

impl Pins {
    /// The pins of a project with this open delete request.
    pub fn new(all: bool, request: Option<&DeleteRequest>) -> Self {
        let rests = request.map(|request| [Some(request.backup_id), request.last_backup_id]);
        Self { all, delete: rests.into_iter().flatten().flatten().collect() }
    }

    /// Whether this backup is needed.
    pub fn holds(&self, backup: BackupId) -> bool {
        self.all || self.delete.contains(&backup)
    }
}

/// The backups to remove, of all backups of one project in any order.
///
/// - Complete backups: those that neither the rules nor an exception retain. The rules retain the newest `last`, and the newest one
///   of each of the newest `daily` days, `weekly` ISO weeks and `monthly` months with a backup. Within a period, a backup whose
///   verification failed is retained only if the period has no other one.
/// - Exceptions: the newest verified one, pinned ones, uploaded ones, and those of the last 7 days that are manual, of a deploy or of a restore to a time.
/// - Failed backups: those older than 14 days that are not pinned.
/// - Running and removed ones: never.
pub fn removable(backups: &[BackupFacts], rules: RetentionRules, now: OffsetDateTime) -> BTreeSet<BackupId> {
    let mut counted: Vec<&BackupFacts> = backups.iter().filter(|backup| backup.is_counted()).collect();
    counted.sort_by_key(|backup| std::cmp::Reverse((backup.taken_at, backup.id)));
    let date = |backup: &BackupFacts| backup.taken_at.to_offset(UtcOffset::UTC).date();
    let week = |backup: &BackupFacts| {
        let (year, week, _) = date(backup).to_iso_week_date();
        (year, week)
    };
    let month = |backup: &BackupFacts| (date(backup).year(), u8::from(date(backup).month()));
    let verified = |backup: &&&BackupFacts| backup.verification == VerificationState::Verified;

    let mut retained: BTreeSet<BackupId> = counted.iter().take(size(rules.last())).map(|it| it.id).collect();
    retained.extend(newest_of_periods(&counted, rules.daily(), date));
    retained.extend(newest_of_periods(&counted, rules.weekly(), week));
    retained.extend(newest_of_periods(&counted, rules.monthly(), month));
    retained.extend(counted.iter().find(verified).map(|it| it.id));

    let removable = backups.iter().filter(|it| it.is_removable(now) && !retained.contains(&it.id));
    removable.map(|it| it.id).collect()
}

/// The backup to retain of each of the newest `number` periods that have one. `counted` is sorted, newest first.
fn newest_of_periods<P: Ord>(
    counted: &[&BackupFacts],
    number: u32,
    period: impl Fn(&BackupFacts) -> P,
) -> impl Iterator<Item = BackupId> {
    let is_bad = |backup: &BackupFacts| backup.verification == VerificationState::Failed;
    let mut periods: BTreeMap<P, &BackupFacts> = BTreeMap::new();
    for backup in counted.iter().copied() {
        let retained = periods.entry(period(backup)).or_insert(backup);
        if is_bad(retained) && !is_bad(backup) {
            *retained = backup;
        }
    }
    periods.into_values().rev().take(size(number)).map(|backup| backup.id)
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
