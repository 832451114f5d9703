use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::{ago, count, exact, iso, sentence, span, thousands, took};

const NOW: OffsetDateTime = datetime!(2026-11-23 21:42:08 UTC);

#[test]
fn a_stretch_of_time_has_two_units_at_most() {
    let cases = [
        (Duration::seconds(-3), "0 s"),
        (Duration::seconds(59), "59 s"),
        (Duration::seconds(60), "1 min"),
        (Duration::minutes(455), "7 h 35 min"),
        (Duration::hours(23), "23 h"),
        (Duration::hours(220), "9 d 4 h"),
        (Duration::days(41), "41 d"),
    ];
    for (time, text) in cases {
        assert_eq!(span(time), text);
    }
}

#[test]
fn a_short_duration_keeps_its_digits() {
    assert_eq!(took(Duration::milliseconds(742)), "742 ms");
    assert_eq!(took(Duration::milliseconds(14_290)), "14.2 s");
    assert_eq!(took(Duration::milliseconds(106_000)), "1 min 46 s");
    assert_eq!(took(Duration::hours(2)), "2 h");
}

#[test]
fn the_past_is_ago_and_the_future_is_in() {
    let cases = [
        (Duration::seconds(2), "now"),
        (Duration::seconds(-2), "now"),
        (Duration::seconds(12), "12 s ago"),
        (Duration::minutes(12), "12 min ago"),
        (Duration::hours(17), "17 h ago"),
        (Duration::days(9), "9 d ago"),
        (Duration::days(-41), "in 41 d"),
    ];
    for (before, text) in cases {
        assert_eq!(ago(NOW - before, NOW), text);
    }
}

#[test]
fn exact_times_are_utc_whatever_the_offset() {
    let there = datetime!(2026-11-24 03:12:08 +5:30);
    assert_eq!(exact(there), "2026-11-23 21:42:08 UTC");
    assert_eq!(iso(there), "2026-11-23T21:42:08Z");
}

#[test]
fn numbers_have_commas_and_nouns_their_plural() {
    assert_eq!(thousands(0), "0");
    assert_eq!(thousands(999), "999");
    assert_eq!(thousands(1_000), "1,000");
    assert_eq!(thousands(2_104_882), "2,104,882");
    assert_eq!(count(1, "project", "projects"), "1 project");
    assert_eq!(count(1_200, "project", "projects"), "1,200 projects");
}

#[test]
fn a_sentence_starts_with_a_capital() {
    assert_eq!(sentence("schema file"), "Schema file");
    assert_eq!(sentence(""), "");
}
