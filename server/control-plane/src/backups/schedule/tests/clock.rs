//! A control plane that looks at its clock again and again, while the clock jumps.

use proptest::prelude::*;
use time::{Duration, OffsetDateTime, Time};

use super::super::{last_run, next_run};
use super::{SCHEDULES, at, project, schedule};

/// The times from `from` to `until`.
pub(super) fn ticks(from: OffsetDateTime, until: OffsetDateTime, step: Duration) -> Vec<OffsetDateTime> {
    std::iter::successors(Some(from), |now| Some(*now + step)).take_while(|now| *now <= until).collect()
}

/// The first whole minute that is not before this time.
pub(super) fn minute(time: OffsetDateTime) -> OffsetDateTime {
    let whole = time.replace_time(Time::from_hms(time.hour(), time.minute(), 0).unwrap());
    if whole < time { whole + Duration::MINUTE } else { whole }
}

/// The starts of the runs at these clock times, after one run at `first`.
pub(super) fn run(
    text: &str,
    id: &str,
    first: OffsetDateTime,
    clock: &[OffsetDateTime],
) -> Vec<OffsetDateTime> {
    let (schedule, project) = (schedule(text), project(id));
    let mut starts = vec![first];
    for now in clock {
        let last = last_run(starts.iter().copied(), *now);
        if next_run(&schedule, &project, last, *now).is_some_and(|due| due <= *now) {
            starts.push(*now);
        }
    }
    starts.split_off(1)
}

#[test]
fn a_jump_forwards_is_one_run_and_the_way_back_none() {
    let text = "30 2 * * * UTC";
    let before = ticks(at("2026-03-01T12:00:00Z"), at("2026-03-01T13:00:00Z"), Duration::MINUTE);
    let wrong = ticks(at("2030-01-01T12:00:00Z"), at("2030-01-01T13:00:00Z"), Duration::MINUTE);
    let after = ticks(at("2026-03-01T15:00:00Z"), at("2026-03-03T15:00:00Z"), Duration::MINUTE);
    let clock = [before, wrong, after].concat();
    let runs = run(text, "shop", at("2026-03-01T02:40:00Z"), &clock);
    let days: Vec<_> = runs.iter().map(|start| start.date().to_string()).collect();
    assert_eq!(days, ["2030-01-01", "2026-03-02", "2026-03-03"]);
}

#[test]
fn a_small_correction_repeats_no_run() {
    let text = "30 2 * * * UTC";
    let before = ticks(at("2026-03-01T02:00:00Z"), at("2026-03-01T03:00:00Z"), Duration::MINUTE);
    let after = ticks(at("2026-03-01T02:25:00Z"), at("2026-03-01T12:00:00Z"), Duration::MINUTE);
    assert_eq!(run(text, "shop", at("2026-02-28T02:40:00Z"), &[before, after].concat()).len(), 1);
}

#[test]
fn a_leap_year_of_backups() {
    let from = at("2027-12-31T12:00:00Z");
    for (text, runs) in [("30 2 * * * Europe/Berlin", 366), ("every 24h", 366), ("0 4 * * MON UTC", 52)] {
        let clock = ticks(from, at("2028-12-31T12:00:00Z"), Duration::hours(3));
        assert_eq!(run(text, "shop", from, &clock).len(), runs, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// At most one run for each scheduled time that the clock passes, and one for each jump backwards.
    #[test]
    fn jumps_cause_no_storm(
        text in prop::sample::select(&SCHEDULES[..]),
        steps in prop::collection::vec(prop_oneof![
            20 => 1_i64..120,
            2 => -7_200_i64..7_200,
            1 => -40_000_000_i64..40_000_000,
        ], 1..300),
    ) {
        let schedule = schedule(text);
        let first = at("2026-03-01T02:40:00Z");
        let mut now = first;
        let (mut clock, mut bound) = (Vec::new(), 0);
        for step in steps {
            let before = now;
            now += Duration::seconds(step);
            clock.push(now);
            let passed = schedule.next_after(before - Duration::minutes(15)).is_some_and(|next| next <= now);
            bound += usize::from(passed || step < 0);
        }
        let runs = run(text, "shop", first, &clock).len();
        prop_assert!(runs <= bound, "{runs} runs, at most {bound} expected");
    }
}
