use time::Duration;
use time::macros::date;

use super::{Day, days, marks, sum};
use crate::backups::proof::Mark;
use crate::backups::proof::tests::{backup, failed, unverified};

#[test]
fn the_newest_backup_of_a_day_counts() {
    let mut yesterday = backup(1);
    yesterday.taken_at = yesterday.taken_at.map(|at| at - Duration::days(1));
    let days = days(&[failed(3), backup(2), yesterday], date!(2026 - 11 - 30));
    assert_eq!(days.len(), 30);
    assert_eq!(days[29], (date!(2026 - 11 - 30), Day::Has(Mark::Failed)));
    assert_eq!(days[28], (date!(2026 - 11 - 29), Day::Has(Mark::Verified)));
    assert_eq!(days[0], (date!(2026 - 11 - 01), Day::None));
    assert_eq!(sum(&days), "Days: 28 no backup, 1 verified, 1 failed. The newest backup of a day counts.");
}

#[test]
fn every_day_has_a_text() {
    let html = marks(&days(&[unverified(1)], date!(2026 - 11 - 30)));
    assert!(html.contains("<span class=\"visually-hidden\">30 Nov: not verified</span>"), "{html}");
    assert!(html.contains("29 Nov: no backup"), "{html}");
}
