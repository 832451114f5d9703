//! Scheduled times: intervals, calendars and daylight saving.

use proptest::prelude::*;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::BackupSchedule;

fn at(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).unwrap()
}

/// The scheduled times after `after`, in UTC.
fn firings(schedule: &str, after: &str, number: usize) -> Vec<String> {
    let schedule: BackupSchedule = schedule.parse().unwrap();
    let mut times = Vec::new();
    let mut last = at(after);
    for _ in 0..number {
        last = schedule.next_after(last).unwrap();
        times.push(last.format(&Rfc3339).unwrap());
    }
    times
}

#[test]
fn intervals_begin_at_multiples_of_their_length() {
    let expected = ["2026-03-01T12:00:00Z", "2026-03-01T18:00:00Z", "2026-03-02T00:00:00Z"];
    assert_eq!(firings("every 6h", "2026-03-01T06:00:00Z", 3), expected);
    assert_eq!(firings("every 24h", "2026-03-01T23:59:59.5Z", 1), ["2026-03-02T00:00:00Z"]);
    assert_eq!(firings("every 6h", "1969-12-31T20:00:00Z", 1), ["1970-01-01T00:00:00Z"]);
}

#[test]
fn a_time_that_fires_is_not_its_own_next() {
    let expected = ["2026-03-02T02:30:00Z", "2026-03-03T02:30:00Z"];
    assert_eq!(firings("30 2 * * * UTC", "2026-03-01T02:30:00Z", 2), expected);
    assert_eq!(firings("30 2 * * * UTC", "2026-03-01T02:29:59.9Z", 1), ["2026-03-01T02:30:00Z"]);
}

#[test]
fn a_skipped_hour_fires_once_at_its_end() {
    // Europe/Berlin: 2026-03-29, 02:00 becomes 03:00, which is 01:00 UTC.
    let expected = ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"];
    assert_eq!(firings("30 2 * * * Europe/Berlin", "2026-03-27T12:00:00Z", 3), expected);
    // Two skipped times and one at the end of the gap are one.
    let expected = ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"];
    assert_eq!(firings("0,30 1-3 * * * Europe/Berlin", "2026-03-29T00:00:00Z", 3), expected);
    // With a list of hours as well.
    let expected = ["2026-03-29T01:00:00Z", "2026-03-29T12:30:00Z"];
    assert_eq!(firings("30 2,14 * * * Europe/Berlin", "2026-03-28T20:00:00Z", 2), expected);
}

#[test]
fn a_repeated_hour_fires_once_at_its_first_occurrence() {
    // Europe/Berlin: 2026-10-25, 03:00 becomes 02:00, which is 01:00 UTC.
    let expected = ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"];
    assert_eq!(firings("30 2 * * * Europe/Berlin", "2026-10-24T12:00:00Z", 2), expected);
    assert_eq!(firings("30 2 * * * Europe/Berlin", "2026-10-25T01:10:00Z", 1), ["2026-10-26T01:30:00Z"]);
    let expected = ["2026-10-25T00:30:00Z", "2026-10-25T13:30:00Z"];
    assert_eq!(firings("30 2,14 * * * Europe/Berlin", "2026-10-24T20:00:00Z", 2), expected);
    let expected = ["2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z"];
    assert_eq!(firings("0 * * * * Europe/Berlin", "2026-10-24T23:00:00Z", 3), expected);
}

#[test]
fn gaps_at_midnight_and_of_half_an_hour() {
    // America/Havana skips 00:00 to 01:00 on 2026-03-08.
    let expected = ["2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"];
    assert_eq!(firings("0 0 * * * America/Havana", "2026-03-07T12:00:00Z", 2), expected);
    // Australia/Lord_Howe moves by 30 minutes on 2026-10-04: 02:00 +10:30 becomes 02:30 +11.
    let expected = ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"];
    assert_eq!(firings("15 2 * * * Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2), expected);
}

#[test]
fn days_of_the_calendar() {
    let expected = ["2028-02-29T03:00:00Z", "2032-02-29T03:00:00Z"];
    assert_eq!(firings("0 3 29 2 * UTC", "2026-01-01T00:00:00Z", 2), expected);
    let expected = ["2026-01-31T03:00:00Z", "2026-03-31T03:00:00Z", "2026-05-31T03:00:00Z"];
    assert_eq!(firings("0 3 31 * * UTC", "2026-01-01T00:00:00Z", 3), expected);
    let expected = ["2026-12-31T03:00:00Z", "2027-01-01T03:00:00Z"];
    assert_eq!(firings("0 3 1,31 * * UTC", "2026-12-30T00:00:00Z", 2), expected);
    // The 15th or a Monday: 2026-06-15 is both.
    let expected = ["2026-06-08T03:00:00Z", "2026-06-15T03:00:00Z", "2026-06-22T03:00:00Z"];
    assert_eq!(firings("0 3 15 * 1 UTC", "2026-06-02T00:00:00Z", 3), expected);
    assert_eq!(
        firings("0 3 * * 0 UTC", "2026-06-02T00:00:00Z", 1),
        firings("0 3 * * 7 UTC", "2026-06-02T00:00:00Z", 1)
    );
}

#[test]
fn the_ends_of_the_calendar_do_not_panic() {
    let first = time::Date::MIN.midnight().assume_utc();
    let last = time::Date::MAX.midnight().assume_utc();
    for text in ["30 2 * * * Europe/Berlin", "every 5h", "every 744h", "off"] {
        let schedule: BackupSchedule = text.parse().unwrap();
        let _ = (schedule.next_after(first), schedule.next_after(last));
    }
    let cron: BackupSchedule = "30 2 * * * UTC".parse().unwrap();
    assert_eq!(cron.next_after(first), Some(at("1970-01-01T02:30:00Z")));
    assert_eq!(cron.next_after(last), None);
}

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Pacific/Chatham",
];

proptest! {
    #[test]
    fn the_next_time_is_later_and_nothing_is_between(
        minute in 0_u32..60, hour in 0_u32..24, zone in prop::sample::select(&ZONES[..]),
        seconds in 946_684_800_i64..2_208_988_800, between in 0.0_f64..1.0,
    ) {
        let schedule: BackupSchedule = format!("{minute} {hour} * * * {zone}").parse().unwrap();
        let after = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        let next = schedule.next_after(after).unwrap();
        prop_assert!(next > after);
        prop_assert!(next - after <= time::Duration::hours(49), "{next} is too far from {after}");
        let middle = after + (next - after) * between;
        if middle < next {
            prop_assert_eq!(schedule.next_after(middle), Some(next));
        }
    }
}
