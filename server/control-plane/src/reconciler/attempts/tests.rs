//! Pauses grow, counts are forgotten after a calm minute, and the limit is reached.

use super::*;
use crate::settings::PAUSES;
use model::Limits;

fn limit() -> RestartLimit {
    Limits::default().restarts
}

#[test]
fn the_first_try_is_at_once_and_pauses_double_up_to_half_a_minute() {
    let (mut attempts, now) = (Attempts::new(PAUSES), Instant::now());
    assert_eq!(attempts.pause(now), None);
    let mut last = Duration::ZERO;
    for _ in 0..limit().get() {
        assert!(!attempts.exhausted(limit()));
        attempts.begin(now, true);
        let pause = attempts.pause(now).unwrap();
        assert!(pause > last || pause > Duration::from_secs(23), "{pause:?} after {last:?}");
        assert!(pause < Duration::from_secs(37));
        last = pause;
    }
    assert!(attempts.exhausted(limit()));
}

#[test]
fn a_calm_minute_forgets_the_count() {
    let (mut attempts, now) = (Attempts::new(PAUSES), Instant::now());
    for _ in 0..limit().get() {
        attempts.begin(now, true);
    }
    attempts.settle(now);
    attempts.settle(now + CALM); // another look that found nothing to do
    attempts.disturbed(now + CALM + Duration::from_secs(1));
    assert_eq!((attempts.count(), attempts.exhausted(limit())), (0, false));
    assert_eq!(attempts.pause(now), None);
}

#[test]
fn success_that_does_not_last_counts_as_a_try() {
    let (mut attempts, mut now) = (Attempts::new(PAUSES), Instant::now());
    for _ in 0..limit().get() {
        attempts.disturbed(now);
        attempts.begin(now, true);
        attempts.settle(now + Duration::from_secs(1));
        now += CALM; // well for almost a minute, then it ended
    }
    attempts.disturbed(now);
    assert!(attempts.exhausted(limit()));
}

#[test]
fn a_long_try_is_no_calm() {
    let (mut attempts, now) = (Attempts::new(PAUSES), Instant::now());
    attempts.begin(now, true);
    attempts.disturbed(now + CALM * 3);
    attempts.begin(now + CALM * 3, true);
    assert_eq!(attempts.count(), 2);
}

#[test]
fn waiting_for_a_part_is_no_try_but_pauses_grow() {
    let (mut attempts, now) = (Attempts::new(PAUSES), Instant::now());
    for _ in 0..limit().get() * 2 {
        attempts.begin(now, true);
        attempts.excuse();
    }
    assert_eq!(attempts.count(), 0);
    assert!(attempts.pause(now).unwrap() > Duration::from_secs(23));
}

#[test]
fn the_pause_counts_from_the_end_of_an_attempt() {
    let (mut attempts, now) = (Attempts::new(PAUSES), Instant::now());
    attempts.begin(now, false);
    let long = Duration::from_secs(40);
    assert_eq!(attempts.pause(now + long), None, "over while it lasted");
    attempts.ended(now + long);
    assert!(attempts.pause(now + long).is_some());
}

#[test]
fn work_that_failed_rests_and_work_of_another_kind_does_not() {
    let (mut attempts, now) = (Attempts::new(PAUSES), Instant::now());
    assert!(!attempts.has_rested());
    attempts.begin(now, true);
    attempts.rest(&[Difference::Unverified], now, CALM);
    assert_eq!(attempts.count(), 0, "the next attempts are counted afresh");
    assert_eq!(attempts.rests(&[Difference::Unverified], now), Some(CALM));
    assert_eq!(attempts.rests(&[Difference::Unverified, Difference::NotReady], now), None);
    assert_eq!(attempts.rests(&[Difference::Unverified], now + CALM), None, "its time has come");
    attempts.settle(now);
    assert_eq!(attempts.rests(&[Difference::Unverified], now), None, "it was closed in the meantime");
}

#[test]
fn the_attempts_since_the_last_calm_are_told_with_their_time() {
    let (mut attempts, now) = (Attempts::new(PAUSES), Instant::now());
    assert_eq!(attempts.report(now, None), AttemptReport::default());
    attempts.begin(now, true);
    assert_eq!(attempts.text(now), None, "one attempt needs no count");
    let later = now + Duration::from_secs(245);
    attempts.begin(later, true);
    assert_eq!(attempts.text(later).unwrap(), "2 attempts in 4 min");
    let report = attempts.report(later, Some(Duration::from_secs(30)));
    let (first, next) = (report.first_at.unwrap(), report.next_at.unwrap());
    assert_eq!((report.count, (next - first).whole_seconds()), (2, 275));
    attempts.excuse();
    attempts.excuse();
    assert_eq!(attempts.report(later, None), AttemptReport::default(), "what waited was no attempt");
}
