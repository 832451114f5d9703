//! Differences of lines, decisions and fixes, as tables.

use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::{Difference, InstanceDifference};

const NOW: OffsetDateTime = datetime!(2026-12-01 10:00 UTC);

fn lines(text: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = text.iter().map(|line| (*line).to_owned()).collect();
    lines.sort();
    lines
}

#[test]
fn a_catalog_differs_by_what_is_new_gone_and_other() {
    let before = lines(&[
        "column public.things.name: text",
        "column public.things.old: bigint|not null",
        "index public.idx_things_name: CREATE INDEX idx_things_name ON public.things USING btree (name)",
        "table public.things: {project}|p|replica identity d",
    ]);
    let after = lines(&[
        "column public.things.name: text|not null",
        "column public.notes.id: text",
        "table public.notes: {project}|p",
        "table public.things: {project}|p|replica identity d",
    ]);
    let found = catalog_difference(&before, &after);
    assert_eq!(
        found,
        [
            "+ notes: column id: text",
            "+ table notes: {project}, p",
            "~ things: column name: text → text, not null",
            "- things: column old: bigint, not null",
            "- things: index idx_things_name: CREATE INDEX idx_things_name ON public.things USING btree (name)",
        ]
    );
    assert_eq!(catalog_difference(&after, &after), Vec::<String>::new());
}

#[test]
fn what_the_server_makes_lazily_is_no_difference() {
    let noise = [
        "table public.things_projection: {project}|p",
        "column public.things_projection.id: text",
        "index public.things_projection_pkey: CREATE UNIQUE INDEX things_projection_pkey ON public.things_projection USING btree (id)",
        "schema zz_fleet_probe: {owner}",
    ];
    for line in noise {
        assert!(is_noise(line), "{line}");
    }
    assert_eq!(catalog_difference(&[], &lines(&noise)), Vec::<String>::new());
    assert!(!is_noise("column public.things.projection: text"));
}

#[test]
fn a_long_difference_says_how_much_is_left_out() {
    let many: Vec<String> = (0..DIFF_LINES + 5).map(|n| format!("table public.t{n:04}: x")).collect();
    let found = line_difference(&[], &many);
    assert_eq!(found.len(), DIFF_LINES + 1);
    assert_eq!(found.last().map(String::as_str), Some("~ and 5 more"));
}

fn finding(level: DriftLevel, diff: &[&str]) -> DriftFinding {
    DriftFinding {
        id: uuid::Uuid::from_u128(1).into(),
        project_id: "shop".parse().unwrap(),
        level,
        severity: level.severity(),
        key: "k".into(),
        diff: diff.iter().map(|line| (*line).to_owned()).collect(),
        first_seen: NOW,
        changed_at: NOW,
        last_seen: NOW,
        unknown_since: None,
        resolved_at: None,
        decision: None,
    }
}

fn decided(kind: DriftDecisionKind, until: Option<OffsetDateTime>) -> DriftDecision {
    DriftDecision { kind, reason: "known".into(), by: Actor::Host, at: NOW, until }
}

#[test]
fn a_finding_is_open_until_it_is_decided_or_resolved() {
    let open = finding(DriftLevel::Catalog, &["+ table notes: x"]);
    let hour = time::Duration::hours(1);
    let snoozed =
        DriftFinding { decision: Some(decided(DriftDecisionKind::Snooze, Some(NOW + hour))), ..open.clone() };
    let accepted = DriftFinding { decision: Some(decided(DriftDecisionKind::Accept, None)), ..open.clone() };
    let resolved = DriftFinding { resolved_at: Some(NOW), ..open.clone() };
    let away = DriftFinding { unknown_since: Some(NOW), ..open.clone() };
    let cases = [
        (&open, NOW, true, "open"),
        (&snoozed, NOW, false, "snoozed"),
        (&snoozed, NOW + hour * 2, true, "open"),
        (&accepted, NOW, false, "accepted"),
        (&resolved, NOW, false, "resolved"),
        (&away, NOW, true, "unknown"),
    ];
    for (finding, at, is_open, state) in cases {
        assert_eq!((finding.is_open(at), finding.state(at)), (is_open, state), "{finding:?}");
        assert_eq!(finding.needs_attention(at), is_open, "{finding:?}");
    }
    let closed_by_engine = finding(DriftLevel::Route, &["~ route: a → b"]);
    assert!(closed_by_engine.is_open(NOW) && !closed_by_engine.needs_attention(NOW));
}

#[test]
fn the_fix_of_a_catalog_is_sql_that_destroys_nothing_by_itself() {
    let diff = [
        "+ table notes: {project}, p",
        "+ notes: column id: text",
        "+ things: index by_hand: CREATE INDEX by_hand ON public.things USING btree (name)",
        "- things: index idx: CREATE INDEX idx ON public.things USING btree (name)",
        "+ Things: policy P: x",
        "- things: constraint c: CHECK ((n > 0))",
        "~ things: column name: text → text, not null",
    ];
    let DriftFix::ByHand { sql, .. } = finding(DriftLevel::Catalog, &diff).fix() else { panic!("by hand") };
    assert_eq!(
        sql,
        [
            "-- destroys data: DROP TABLE notes;",
            "-- destroys data: ALTER TABLE notes DROP COLUMN id;",
            "DROP INDEX by_hand;",
            "CREATE INDEX idx ON public.things USING btree (name);",
            "DROP POLICY \"P\" ON \"Things\";",
            "ALTER TABLE things ADD CONSTRAINT c CHECK ((n > 0));",
            "-- by hand: ~ things: column name: text → text, not null",
        ]
    );
    for level in DriftLevel::ALL {
        let by_hand = matches!(finding(level, &["~ x"]).fix(), DriftFix::ByHand { .. });
        assert_eq!(by_hand, matches!(level, DriftLevel::Catalog | DriftLevel::Columns), "{level}");
    }
}

#[test]
fn only_differences_of_three_levels_are_drift() {
    let cases = [
        (Difference::Route { observed: None }, Some(DriftLevel::Route)),
        (Difference::Instance(InstanceDifference::Configuration), Some(DriftLevel::Configuration)),
        (Difference::Instance(InstanceDifference::Absent), None),
        (Difference::Unverified, None),
        (Difference::NotReady, None),
    ];
    for (difference, level) in cases {
        assert_eq!(DriftLevel::of(&difference), level, "{difference:?}");
    }
}

#[test]
fn a_decision_needs_a_reason() {
    assert!(AcceptDraft { reason: "  ".into() }.validate().is_err());
    assert_eq!(AcceptDraft { reason: " known ".into() }.validate(), Ok("known".into()));
    assert_eq!(SnoozeDraft { days: 0, reason: String::new() }.validate().unwrap_err().errors.len(), 2);
    assert!(SnoozeDraft { days: 91, reason: "later".into() }.validate().is_err());
    assert_eq!(SnoozeDraft { days: 7, reason: "later".into() }.validate(), Ok((7, "later".into())));
}
