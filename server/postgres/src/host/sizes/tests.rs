//! Each database has its turn, and none more often than it has to.

use super::*;

fn oids(numbers: impl IntoIterator<Item = u32>) -> Vec<DatabaseOid> {
    numbers.into_iter().map(DatabaseOid::new).collect()
}

/// As a look does.
fn look(sizes: &Sizes, all: &[DatabaseOid], now: Instant) -> Vec<DatabaseOid> {
    let due = sizes.due(all, now);
    let rows: Vec<_> = due.iter().map(|oid| (i64::from(oid.get()), Some(1))).collect();
    sizes.keep(&rows, now);
    due
}

#[test]
fn a_thousand_databases_are_measured_in_turn_and_then_rest() {
    let (sizes, all, start) = (Sizes::default(), oids(1..=1_000), Instant::now());
    let mut measured = Vec::new();
    for number in 0..20 {
        let due = look(&sizes, &all, start + Duration::from_secs(10) * number);
        assert_eq!(due.len(), AT_ONCE, "some at each look");
        measured.extend(due);
    }
    measured.sort();
    assert_eq!(measured, all, "each had its turn");
    assert_eq!(look(&sizes, &all, start + Duration::from_secs(200)), [], "and then they rest");
    assert_eq!(look(&sizes, &all, start + FRESH), oids(1..=50), "the oldest figures come first");
}

#[test]
fn a_new_database_comes_before_old_figures_and_a_gone_one_is_forgotten() {
    let (sizes, start) = (Sizes::default(), Instant::now());
    look(&sizes, &oids(1..=60), start);
    look(&sizes, &oids(1..=60), start);
    let due = look(&sizes, &oids(11..=61), start + FRESH);
    assert_eq!((due.len(), due.first()), (AT_ONCE, Some(&DatabaseOid::new(61))), "{due:?}");
    assert_eq!(sizes.lock().len(), 51, "those that are gone take no memory");
}
