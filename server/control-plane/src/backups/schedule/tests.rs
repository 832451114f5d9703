//! Delays, missed runs, daylight saving, and clocks that jump.

mod clock;

use model::{BackupSchedule, ProjectId};
use proptest::prelude::*;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::{delay, last_run, next_run};

pub(super) const SCHEDULES: [&str; 9] = [
    "every 1h",
    "every 5h",
    "every 24h",
    "every 744h",
    "* * * * * UTC",
    "*/20 * * * * Europe/Berlin",
    "30 2 * * * Europe/Berlin",
    "30 2,14 * * MON-FRI America/New_York",
    "0 4 1 * * UTC",
];

pub(super) fn at(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap()
}

pub(super) fn schedule(text: &str) -> BackupSchedule {
    text.parse().unwrap()
}

pub(super) fn project(text: &str) -> ProjectId {
    text.parse().unwrap()
}

/// The delay of the project after a scheduled time.
fn delayed(text: &str, scheduled: &str) -> OffsetDateTime {
    at(scheduled) + delay(&schedule(text), &project("shop"), at(scheduled))
}

fn next(text: &str, last: &str, now: &str) -> Option<OffsetDateTime> {
    next_run(&schedule(text), &project("shop"), Some(at(last)), at(now))
}

#[test]
fn off_is_never_due() {
    let now = at("2026-03-01T12:00:00Z");
    assert_eq!(next_run(&BackupSchedule::Off, &project("shop"), None, now), None);
    assert_eq!(next("off", "2020-01-01T00:00:00Z", "2026-03-01T12:00:00Z"), None);
}

#[test]
fn without_a_last_run_it_is_due_at_once() {
    let now = at("2026-03-01T12:00:00Z");
    for text in SCHEDULES {
        assert_eq!(next_run(&schedule(text), &project("shop"), None, now), Some(now));
    }
}

#[test]
fn the_delay_of_a_project_never_changes() {
    // Fixed values: another hash would move every backup of every fleet.
    let of = |id: &str| delay(&schedule("30 2 * * * UTC"), &project(id), at("2026-03-01T02:30:00Z"));
    assert_eq!([of("shop"), of("blog"), of("wiki")].map(Duration::whole_seconds), [497, 783, 65]);
}

#[test]
fn it_runs_after_the_scheduled_time_by_its_delay() {
    let due = delayed("30 2 * * * UTC", "2026-03-02T02:30:00Z");
    let last = "2026-03-01T02:37:00Z";
    assert_eq!(next("30 2 * * * UTC", last, "2026-03-01T12:00:00Z"), Some(due));
    assert_eq!(next("30 2 * * * UTC", last, "2026-03-02T02:30:00Z"), Some(due));
    assert_eq!(
        next("every 6h", last, "2026-03-01T03:00:00Z"),
        Some(delayed("every 6h", "2026-03-01T06:00:00Z"))
    );
}

#[test]
fn missed_runs_are_caught_up_once() {
    let text = "30 2 * * * UTC";
    let now = "2026-03-10T12:00:00Z";
    assert_eq!(next(text, "2026-03-01T02:37:00Z", now), Some(at(now)));
    assert_eq!(next(text, now, now), Some(delayed(text, "2026-03-11T02:30:00Z")));
}

#[test]
fn a_late_run_covers_its_scheduled_time_only() {
    let text = "30 2 * * * UTC";
    let due = Some(delayed(text, "2026-03-02T02:30:00Z"));
    assert_eq!(next(text, "2026-03-02T02:29:00Z", "2026-03-02T02:29:30Z"), due);
    assert_eq!(next(text, "2026-03-01T23:00:00Z", "2026-03-02T00:00:00Z"), due);
}

#[test]
fn a_new_schedule_counts_from_the_last_run() {
    // Daily until now, hourly from now on: the hour of 03:00 is past.
    let now = "2026-03-01T12:20:00Z";
    assert_eq!(next("every 1h", "2026-03-01T02:37:00Z", now), Some(at(now)));
}

#[test]
fn daylight_saving_neither_omits_nor_repeats_a_backup() {
    let text = "30 2 * * * Europe/Berlin";
    for (from, until, expected) in [
        ("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        ("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
    ] {
        let runs =
            clock::run(text, "shop", at(from), &clock::ticks(at(from), at(until), Duration::minutes(1)));
        let expected: Vec<_> = expected.map(|scheduled| clock::minute(delayed(text, scheduled))).into();
        assert_eq!(runs, expected);
    }
}

#[test]
fn starts_in_the_future_are_ignored() {
    let now = at("2026-03-01T12:00:00Z");
    let starts = [at("2026-02-28T02:37:00Z"), at("2026-03-01T02:37:00Z"), at("2027-03-01T02:37:00Z")];
    assert_eq!(last_run(starts, now), Some(starts[1]));
    let soon = at("2026-03-01T12:59:00Z");
    assert_eq!(last_run(starts.into_iter().chain([soon]), now), Some(soon));
    assert_eq!(last_run([starts[2]], now), None);
    assert_eq!(last_run([], now), None);
}

proptest! {
    #[test]
    fn the_delay_is_within_its_bounds(
        id in "[a-z][a-z0-9]{2,20}", text in prop::sample::select(&SCHEDULES[..]), seconds in 0_i64..2_000_000_000,
    ) {
        let schedule = schedule(text);
        let after = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        let scheduled = schedule.next_after(after).unwrap();
        let gap = schedule.next_after(scheduled).unwrap() - scheduled;
        let Ok(project) = id.parse::<ProjectId>() else { return Ok(()) };
        let delay = delay(&schedule, &project, scheduled);
        prop_assert!(delay >= Duration::ZERO && delay < Duration::minutes(15).min(gap));
        if let BackupSchedule::Every(interval) = &schedule {
            prop_assert!(delay.whole_seconds() * 10 < interval.seconds());
        }
    }

    #[test]
    fn it_is_never_due_before_now_and_later_clocks_change_nothing(
        text in prop::sample::select(&SCHEDULES[..]), last in 0_i64..2_000_000_000, wait in 0_i64..5_000_000,
    ) {
        let schedule = schedule(text);
        let last = OffsetDateTime::from_unix_timestamp(last).unwrap();
        let first = next_run(&schedule, &project("shop"), Some(last), last).unwrap();
        let now = last + Duration::seconds(wait);
        prop_assert!(first > last);
        prop_assert_eq!(next_run(&schedule, &project("shop"), Some(last), now), Some(first.max(now)));
    }
}

#[test]
fn projects_are_spread() {
    let schedule = schedule("30 2 * * * UTC");
    let scheduled = at("2026-03-01T02:30:00Z");
    let minute = |n: usize| {
        let id = project(&format!("project-{n}"));
        delay(&schedule, &id, scheduled).whole_minutes()
    };
    let mut minutes = [0_u32; 15];
    (0..1500).for_each(|n| minutes[usize::try_from(minute(n)).unwrap()] += 1);
    assert!(minutes.iter().all(|number| (50..150).contains(number)), "{minutes:?}");
}
