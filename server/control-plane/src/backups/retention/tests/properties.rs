//! What holds for every list of backups and all rules.

use std::collections::BTreeSet;

use model::{BackupId, BackupKind, BackupState, RetentionRules, VerificationState};
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use super::super::{BackupFacts, Pins, removable};
use super::{backup, rules};

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap()
}

/// Up to 60 backups of the last 400 days, many of them on the same days.
fn backups() -> impl Strategy<Value = Vec<BackupFacts>> {
    let one = (
        prop_oneof![0_i64..72, 0_i64..9_600],
        prop::sample::select(vec![
            BackupKind::Scheduled,
            BackupKind::Scheduled,
            BackupKind::Manual,
            BackupKind::PreRestore,
            BackupKind::PreDeploy,
            BackupKind::PreDelete,
            BackupKind::PointInTime,
            BackupKind::Uploaded,
        ]),
        prop_oneof![
            6 => Just(BackupState::Complete),
            1 => Just(BackupState::Failed),
            1 => Just(BackupState::Running),
            1 => Just(BackupState::Removed),
        ],
        prop::sample::select(vec![
            VerificationState::Unverified,
            VerificationState::Verified,
            VerificationState::Failed,
        ]),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(one, 0..60).prop_map(|all| {
        let facts = (0..).zip(all).map(|(id, (hours, kind, state, verification, pinned))| BackupFacts {
            kind,
            state,
            verification,
            pinned,
            ..backup(id, now() - Duration::hours(hours))
        });
        facts.collect()
    })
}

fn any_rules() -> impl Strategy<Value = RetentionRules> {
    (1_u32..10, 0_u32..10, 0_u32..10, 0_u32..10).prop_map(|(a, b, c, d)| rules(a, b, c, d))
}

fn is_verified(backup: &BackupFacts) -> bool {
    backup.state == BackupState::Complete && backup.verification == VerificationState::Verified
}

fn newest_verified(backups: &[BackupFacts]) -> Option<BackupId> {
    let verified = backups.iter().filter(|it| is_verified(it));
    verified.max_by_key(|it| (it.taken_at, it.id)).map(|it| it.id)
}

/// Whether an exception retains it for certain, without the newest verified one.
fn is_exempt(backup: &BackupFacts) -> bool {
    let young = now() - backup.taken_at < Duration::days(7);
    backup.pinned
        || backup.kind == BackupKind::Uploaded
        || matches!(backup.kind, BackupKind::Manual | BackupKind::PreDeploy | BackupKind::PointInTime)
            && young
        || backup.state != BackupState::Complete
}

proptest! {
    #[test]
    fn the_newest_verified_one_is_never_removed(all in backups(), rules in any_rules()) {
        let removed = removable(&all, rules, now());
        prop_assert!(newest_verified(&all).is_none_or(|id| !removed.contains(&id)));
        let own: Vec<_> = all.iter().filter(|it| it.kind != BackupKind::Uploaded).copied().collect();
        prop_assert!(newest_verified(&own).is_none_or(|id| !removed.contains(&id)));
    }

    #[test]
    fn pinned_uploaded_and_running_ones_are_never_removed(all in backups(), rules in any_rules()) {
        let removed = removable(&all, rules, now());
        for backup in all.iter().filter(|it| removed.contains(&it.id)) {
            prop_assert!(!backup.pinned);
            prop_assert!(matches!(backup.state, BackupState::Complete | BackupState::Failed));
            prop_assert!(backup.state == BackupState::Failed || !is_exempt(backup));
        }
    }

    #[test]
    fn what_an_open_delete_rests_on_is_never_removed(
        all in backups(),
        rules in any_rules(),
        rests in prop::collection::btree_set(0_u128..60, 0..3),
    ) {
        let delete: BTreeSet<BackupId> = rests.into_iter().map(|id| uuid::Uuid::from_u128(id).into()).collect();
        let pins = Pins { all: false, delete: delete.clone() };
        let facts = |it: &BackupFacts| BackupFacts { pinned: pins.holds(it.id), ..*it };
        let facts: Vec<_> = all.iter().map(facts).collect();
        prop_assert!(removable(&facts, rules, now()).is_disjoint(&delete));
        let busy = Pins { all: true, delete: BTreeSet::new() };
        let facts = |it: &BackupFacts| BackupFacts { pinned: busy.holds(it.id), ..*it };
        let facts: Vec<_> = all.iter().map(facts).collect();
        prop_assert_eq!(removable(&facts, rules, now()), BTreeSet::new());
    }

    #[test]
    fn the_order_of_the_input_has_no_effect(
        (all, shuffled) in backups().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        rules in any_rules(),
    ) {
        prop_assert_eq!(removable(&all, rules, now()), removable(&shuffled, rules, now()));
    }

    #[test]
    fn a_second_run_removes_nothing(all in backups(), rules in any_rules()) {
        let removed = removable(&all, rules, now());
        let rest: Vec<_> = all.iter().filter(|it| !removed.contains(&it.id)).copied().collect();
        prop_assert_eq!(removable(&rest, rules, now()), BTreeSet::new());
        let marked: Vec<_> = all.iter().map(|it| {
            let state = if removed.contains(&it.id) { BackupState::Removed } else { it.state };
            BackupFacts { state, ..*it }
        }).collect();
        prop_assert_eq!(removable(&marked, rules, now()), BTreeSet::new());
    }

    #[test]
    fn generous_rules_remove_no_complete_backup(all in backups()) {
        let removed = removable(&all, rules(1000, 0, 0, 0), now());
        prop_assert!(all.iter().all(|it| it.state == BackupState::Failed || !removed.contains(&it.id)));
    }

    #[test]
    fn the_number_retained_is_bounded(all in backups(), rules in any_rules()) {
        let removed = removable(&all, rules, now());
        let retained = all.iter().filter(|it| !is_exempt(it) && !removed.contains(&it.id)).count();
        let bound = rules.last() + rules.daily() + rules.weekly() + rules.monthly() + 1;
        prop_assert!(retained <= usize::try_from(bound).unwrap());
    }

    #[test]
    fn larger_numbers_never_remove_more(all in backups(), small in any_rules(), more in any_rules()) {
        let large = rules(
            small.last() + more.last(),
            small.daily() + more.daily(),
            small.weekly() + more.weekly(),
            small.monthly() + more.monthly(),
        );
        prop_assert!(removable(&all, large, now()).is_subset(&removable(&all, small, now())));
    }

    #[test]
    fn time_alone_never_saves_a_backup(all in backups(), rules in any_rules(), days in 0_i64..100) {
        let later = now() + Duration::days(days);
        prop_assert!(removable(&all, rules, now()).is_subset(&removable(&all, rules, later)));
    }
}
