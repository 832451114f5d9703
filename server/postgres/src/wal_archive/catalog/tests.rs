//! What holds for every archive.

use model::RecoveryWindow;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use super::{Base, Latest, Lsn, base_for, is_superfluous, removable, segment_end, window};

const SEGMENT: u64 = 16 << 20;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

/// A base backup that ended so many hours ago; the log grows by 3 files an hour.
fn base(hours: i64) -> Base {
    let start = u64::try_from(100_000 - hours * 3).unwrap() * SEGMENT + 40;
    Base {
        operation: hours.to_string(),
        ended_at: now() - Duration::hours(hours),
        timeline: 1,
        start: Lsn(start),
        end: Lsn(start + 100),
        bytes: 1,
        segment: SEGMENT,
        settings: Vec::new(),
        superuser: "postgres".into(),
        server_version: 150_018,
    }
}

/// The name of the file of the log with this position.
fn file(lsn: u64) -> String {
    format!("00000001{:08X}{:08X}", lsn >> 32, (lsn & 0xFFFF_FFFF) / SEGMENT)
}

fn ages() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::btree_set(0_i64..2_000, 0..40).prop_map(|ages| ages.into_iter().collect())
}

proptest! {
    #[test]
    fn every_time_of_the_window_can_be_restored_after_a_removal(ages in ages(), days in 1_u32..90, hours in 0_i64..2_160) {
        let bases: Vec<Base> = ages.iter().map(|age| base(*age)).collect();
        let removed: Vec<String> = removable(&bases, now(), days).into_iter().map(|it| it.operation.clone()).collect();
        let left: Vec<Base> = bases.iter().filter(|it| !removed.contains(&it.operation)).cloned().collect();
        prop_assert_eq!(left.is_empty(), bases.is_empty());
        let newest = |all: &[Base]| all.iter().map(|it| it.ended_at).max();
        prop_assert_eq!(newest(&left), newest(&bases), "the newest one stays");
        let at = now() - Duration::hours(hours);
        if at >= now() - Duration::days(i64::from(days)) {
            prop_assert_eq!(base_for(&left, at), base_for(&bases, at), "a time of the window starts where it did");
        }
        // of those before the window one at most stays
        let before = left.iter().filter(|it| it.ended_at <= now() - Duration::days(i64::from(days))).count();
        prop_assert!(before <= 1);
    }

    #[test]
    fn the_log_that_a_base_backup_needs_stays(ages in ages(), offset in 0_u64..7_000) {
        let bases: Vec<Base> = ages.iter().map(|age| base(*age)).collect();
        let lsn = (94_000 + offset) * SEGMENT;
        let needed = bases.is_empty() || bases.iter().any(|base| base.start.0 < lsn + SEGMENT);
        for name in [file(lsn), format!("{}.partial", file(lsn))] {
            prop_assert_eq!(is_superfluous(&name, &bases), !needed, "{}", name);
        }
        prop_assert!(!is_superfluous("00000002.history", &bases));
    }
}

#[test]
fn a_window_needs_a_base_backup_and_log_behind_it() {
    let latest = |hours: i64| Some(Latest { at: now() - Duration::hours(hours), lsn: Lsn(0) });
    assert_eq!(window(&[], latest(0)), None);
    assert_eq!(window(&[base(5)], None), None);
    assert_eq!(window(&[base(5)], latest(6)), None);
    let expected = RecoveryWindow { earliest: now() - Duration::hours(9), latest: now() };
    assert_eq!(window(&[base(5), base(9)], latest(0)), Some(expected));
}

#[test]
fn names_and_positions_are_read_as_postgres_writes_them() {
    assert_eq!(Lsn::parse("16/B374D848"), Some(Lsn(0x16_B374_D848)));
    assert_eq!((Lsn::parse("16"), Lsn::parse("x/0")), (None, None));
    assert_eq!(segment_end("000000010000000200000003", SEGMENT), Some((2 << 32) + 4 * SEGMENT));
    assert_eq!(segment_end("00000002.history", SEGMENT), None);
}
