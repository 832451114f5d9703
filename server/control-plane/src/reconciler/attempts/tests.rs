//! Pauses grow, counts are forgotten after a calm minute, and the limit is reached.

use super::*;

#[test]
fn the_first_try_is_at_once_and_pauses_double_up_to_half_a_minute() {
    let (mut attempts, now) = (Attempts::default(), Instant::now());
    assert_eq!(attempts.pause(now), None);
    let mut last = Duration::ZERO;
    for _ in 0..LIMIT {
        attempts.begin(now);
        let pause = attempts.pause(now).unwrap();
        assert!(pause > last || pause > Duration::from_secs(23), "{pause:?} after {last:?}");
        assert!(pause < Duration::from_secs(37));
        last = pause;
    }
    assert!(attempts.exhausted());
}

#[test]
fn a_calm_minute_forgets_the_count() {
    let (mut attempts, now) = (Attempts::default(), Instant::now());
    for _ in 0..LIMIT - 1 {
        attempts.begin(now);
    }
    assert!(!attempts.exhausted());
    attempts.begin(now + CALM + Duration::from_secs(1));
    assert_eq!(attempts.count(), 1);
}

#[test]
fn a_try_that_ended_well_does_not_hold_up_the_next() {
    let (mut attempts, now) = (Attempts::default(), Instant::now());
    attempts.begin(now);
    attempts.done();
    assert_eq!(attempts.pause(now), None);
    assert_eq!(attempts.count(), 1);
}
