use super::{IDLE, RENEWAL, is_due};

#[test]
fn a_session_in_use_is_written_once_an_hour() {
    let now = 1_900_000_000;
    assert!(is_due(None, now));
    assert!(!is_due(Some(now), now));
    assert!(!is_due(Some(now - 3_599), now));
    assert!(is_due(Some(now - 3_600), now));
}

#[test]
fn whoever_works_all_day_stays_logged_in() {
    assert!(RENEWAL < IDLE);
}
