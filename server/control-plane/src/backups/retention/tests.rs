//! Rules and exceptions on fixed dates.

mod properties;

use std::collections::BTreeSet;

use model::{BackupKind, BackupState, RetentionCounts, RetentionRules, VerificationState};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{BackupFacts, removable};

const NOW: &str = "2026-06-30T12:00:00Z";

fn at(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap()
}

pub(super) fn rules(last: u32, daily: u32, weekly: u32, monthly: u32) -> RetentionRules {
    RetentionCounts { last, daily, weekly, monthly }.try_into().unwrap()
}

/// A complete, scheduled, unverified backup.
pub(super) fn backup(id: u128, taken_at: OffsetDateTime) -> BackupFacts {
    BackupFacts {
        id: Uuid::from_u128(id).into(),
        taken_at,
        kind: BackupKind::Scheduled,
        state: BackupState::Complete,
        verification: VerificationState::Unverified,
        pinned: false,
    }
}

/// Backups with the ids 0, 1, 2 and so on.
fn taken(times: &[&str]) -> Vec<BackupFacts> {
    (0..).zip(times).map(|(id, time)| backup(id, at(time))).collect()
}

fn removed(backups: &[BackupFacts], rules: RetentionRules, now: &str) -> Vec<u128> {
    removable(backups, rules, at(now)).into_iter().map(|id| id.as_uuid().as_u128()).collect()
}

#[test]
fn the_newest_are_retained() {
    let all = taken(&["2026-06-01T02:30:00Z", "2026-06-02T02:30:00Z", "2026-06-03T02:30:00Z"]);
    assert_eq!(removed(&all, rules(2, 0, 0, 0), NOW), [0]);
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [0, 1]);
    assert_eq!(removed(&all, rules(3, 0, 0, 0), NOW), []);
    assert_eq!(removed(&[], RetentionRules::default(), NOW), []);
}

#[test]
fn the_newest_of_a_day_is_retained() {
    let all = taken(&[
        "2026-06-01T00:00:00Z",
        "2026-06-01T23:59:59Z",
        "2026-06-03T06:00:00Z",
        "2026-06-03T12:00:00Z",
        "2026-06-03T18:00:00Z",
    ]);
    // Days without a backup do not count.
    assert_eq!(removed(&all, rules(1, 2, 0, 0), NOW), [0, 2, 3]);
    assert_eq!(removed(&all, rules(2, 1, 0, 0), NOW), [0, 1, 2]);
}

#[test]
fn days_are_those_of_utc() {
    // In Berlin both are of 29 March, the day of 23 hours; in UTC they are of two days.
    let all = taken(&["2026-03-29T00:30:00+01:00", "2026-03-29T23:30:00+02:00", "2026-03-30T03:30:00+02:00"]);
    assert_eq!(removed(&all, rules(1, 3, 0, 0), NOW), []);
    // The repeated hour of 25 October: 02:30 twice.
    let all = taken(&["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"]);
    assert_eq!(removed(&all, rules(1, 2, 0, 0), "2026-11-30T12:00:00Z"), [0]);
}

#[test]
fn weeks_are_iso_weeks() {
    // 2026 has a week 53: Monday 28 December 2026 to Sunday 3 January 2027.
    let all = taken(&[
        "2026-12-27T02:30:00Z", // week 52
        "2026-12-28T02:30:00Z", // week 53
        "2027-01-01T02:30:00Z", // week 53
        "2027-01-03T02:30:00Z", // week 53
        "2027-01-04T02:30:00Z", // week 1 of 2027
    ]);
    assert_eq!(removed(&all, rules(1, 0, 2, 0), "2027-01-05T00:00:00Z"), [0, 1, 2]);
    assert_eq!(removed(&all, rules(1, 0, 3, 0), "2027-01-05T00:00:00Z"), [1, 2]);
    // 31 December 2024 is of week 1 of 2025.
    let all = taken(&["2024-12-29T02:30:00Z", "2024-12-31T02:30:00Z", "2025-01-02T02:30:00Z"]);
    assert_eq!(removed(&all, rules(1, 0, 2, 0), "2025-01-05T00:00:00Z"), [1]);
}

#[test]
fn months_and_a_leap_day() {
    let all = taken(&[
        "2028-01-31T02:30:00Z",
        "2028-02-28T02:30:00Z",
        "2028-02-29T02:30:00Z",
        "2028-03-01T02:30:00Z",
    ]);
    assert_eq!(removed(&all, rules(1, 0, 0, 3), "2028-03-02T00:00:00Z"), [1]);
    assert_eq!(removed(&all, rules(1, 0, 0, 2), "2028-03-02T00:00:00Z"), [0, 1]);
    assert_eq!(removed(&all, rules(1, 3, 0, 0), "2028-03-02T00:00:00Z"), [0]);
}

#[test]
fn two_years_of_the_default_rules() {
    let now = at("2026-06-30T12:00:00Z");
    let newest = at("2026-06-30T02:30:00Z");
    let daily = (0_u32..730).map(|n| backup(n.into(), newest - Duration::days(n.into())));
    let all: Vec<_> = daily.collect();
    let removed = removable(&all, RetentionRules::default(), now);
    let ages: Vec<_> = (0..730).filter(|n| !removed.contains(&Uuid::from_u128(*n).into())).collect();
    // 14 days; the Sundays before, 8 weeks in all; the ends of the months before, 12 in all.
    let expected = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 23, 30, 37, 44, 61, 91, 122, 150, 181, 212, 242,
        273, 303, 334,
    ];
    assert_eq!(ages, expected);
}

#[test]
fn the_newest_verified_one_stays() {
    let mut all = taken(&["2026-01-01T02:30:00Z", "2026-02-01T02:30:00Z", "2026-06-29T02:30:00Z"]);
    all[0].verification = VerificationState::Verified;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [1]);
    all[1].verification = VerificationState::Verified;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [0]);
    all[2].verification = VerificationState::Failed;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [0]);
    all[2].verification = VerificationState::Verified;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [0, 1]);
}

#[test]
fn a_failed_verification_does_not_displace_another_backup_of_its_day() {
    let mut all = taken(&["2026-06-01T02:30:00Z", "2026-06-01T14:30:00Z", "2026-06-29T02:30:00Z"]);
    all[1].verification = VerificationState::Failed;
    assert_eq!(removed(&all, rules(1, 2, 0, 0), NOW), [1]);
    all[0].verification = VerificationState::Failed;
    assert_eq!(removed(&all, rules(1, 2, 0, 0), NOW), [0]);
}

#[test]
fn pinned_running_and_removed_ones_are_not_returned() {
    let mut all = taken(&[
        "2025-01-01T02:30:00Z",
        "2025-01-02T02:30:00Z",
        "2025-01-03T02:30:00Z",
        "2025-01-04T02:30:00Z",
        "2026-06-29T02:30:00Z",
    ]);
    all[0].pinned = true;
    all[1].state = BackupState::Running;
    all[2].state = BackupState::Removed;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [3]);
}

#[test]
fn manual_ones_stay_for_seven_days() {
    let mut all = taken(&["2026-06-23T12:00:00Z", "2026-06-23T12:00:01Z", "2026-06-29T02:30:00Z"]);
    all[0].kind = BackupKind::Manual;
    all[1].kind = BackupKind::Manual;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [0]);
    assert_eq!(removed(&all, rules(1, 2, 0, 0), NOW), [0]);
    assert_eq!(removed(&all, rules(3, 0, 0, 0), NOW), []);
}

#[test]
fn uploaded_ones_stay_and_take_no_place() {
    let mut all = taken(&["2026-01-01T02:30:00Z", "2026-06-28T02:30:00Z", "2026-06-29T02:30:00Z"]);
    all[2].kind = BackupKind::Uploaded;
    all[2].verification = VerificationState::Verified;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [0]);
    all[0].verification = VerificationState::Verified;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), []);
}

#[test]
fn failed_ones_are_removed_after_fourteen_days_and_take_no_place() {
    let mut all = taken(&[
        "2026-06-16T11:59:59Z",
        "2026-06-16T12:00:00Z",
        "2026-06-28T02:30:00Z",
        "2026-06-29T02:30:00Z",
        "2026-06-01T02:30:00Z",
    ]);
    for failed in [0, 1, 3, 4] {
        all[failed].state = BackupState::Failed;
    }
    all[4].pinned = true;
    assert_eq!(removed(&all, rules(1, 0, 0, 0), NOW), [0]);
}

#[test]
fn the_order_of_equal_times_is_that_of_the_ids() {
    let all = taken(&["2026-06-29T02:30:00Z", "2026-06-29T02:30:00Z"]);
    let reversed: Vec<_> = all.iter().rev().copied().collect();
    let expected: BTreeSet<_> = [all[0].id].into();
    assert_eq!(removable(&all, rules(1, 1, 1, 1), at(NOW)), expected);
    assert_eq!(removable(&reversed, rules(1, 1, 1, 1), at(NOW)), expected);
}
