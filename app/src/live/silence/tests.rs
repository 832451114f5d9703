use time::{Duration, OffsetDateTime};

use super::is_dead;

#[test]
fn two_signs_may_be_missed_and_no_more() {
    let heard = OffsetDateTime::UNIX_EPOCH;
    assert!(!is_dead(heard, heard + Duration::seconds(31)));
    assert!(is_dead(heard, heard + Duration::seconds(46)));
}
