use leptos::prelude::*;

use super::order::{Changes, FrozenRow, freeze};
use super::{FrozenRows, Interaction};
use crate::live::Clock;

/// A row: id, part of the list, content.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row(&'static str, u8, &'static str);

impl FrozenRow for Row {
    type Id = &'static str;

    fn id(&self) -> Self::Id {
        self.0
    }

    fn renewed(&self, now: &Self) -> Self {
        Self(self.0, self.1, now.2)
    }

    fn same_part(&self, now: &Self) -> bool {
        self.1 == now.1
    }
}

fn rows(ids: &[&'static str]) -> Vec<Row> {
    ids.iter().map(|id| Row(id, 0, "")).collect()
}

fn ids(rows: &[Row]) -> Vec<&'static str> {
    rows.iter().map(FrozenRow::id).collect()
}

fn on_a_page(test: impl FnOnce(FrozenRows<Row>, Interaction)) {
    Owner::new().with(|| {
        Clock::provide();
        let interaction = Interaction::new();
        test(FrozenRows::new(interaction), interaction);
    });
}

#[test]
fn one_row_that_moves_far_is_one_change() {
    let (shown, changes) = freeze(&rows(&["a", "b", "c", "d"]), &rows(&["d", "a", "b", "c"]));
    assert_eq!(ids(&shown), ["a", "b", "c", "d"]);
    assert_eq!(changes, Changes { moved: 1, new: 0, gone: 0 });
}

#[test]
fn a_new_row_waits_and_one_that_is_gone_stays() {
    let (shown, changes) = freeze(&rows(&["a", "b"]), &rows(&["new", "a"]));
    assert_eq!(ids(&shown), ["a", "b"]);
    assert_eq!(changes, Changes { moved: 0, new: 1, gone: 1 });
}

#[test]
fn what_a_row_says_is_of_now_and_its_part_is_held() {
    let (shown, changes) = freeze(&[Row("a", 0, "Healthy")], &[Row("a", 1, "Down")]);
    assert_eq!(shown, [Row("a", 0, "Down")]);
    assert_eq!(changes.moved, 1);
}

#[test]
fn rows_stay_while_somebody_is_there_and_move_when_asked() {
    on_a_page(|frozen, interaction| {
        frozen.arrange(rows(&["a", "b"]), "");
        interaction.pointer(true);
        assert_eq!(ids(&frozen.arrange(rows(&["b", "a"]), "")), ["a", "b"]);
        assert_eq!(frozen.changes().get_untracked().moved, 1);
        interaction.show();
        assert_eq!(ids(&frozen.arrange(rows(&["b", "a"]), "")), ["b", "a"]);
        assert_eq!(frozen.changes().get_untracked(), Changes::default());
    });
}

#[test]
fn somebody_who_has_just_left_is_still_there() {
    on_a_page(|frozen, interaction| {
        frozen.arrange(rows(&["a", "b"]), "");
        interaction.focus(true);
        interaction.focus(false);
        assert_eq!(ids(&frozen.arrange(rows(&["b", "a"]), "")), ["a", "b"]);
    });
}

#[test]
fn with_nobody_there_rows_move_at_once() {
    on_a_page(|frozen, _| {
        frozen.arrange(rows(&["a", "b"]), "");
        assert_eq!(ids(&frozen.arrange(rows(&["b", "a"]), "")), ["b", "a"]);
    });
}

#[test]
fn another_order_or_filter_applies_at_once_whoever_is_there() {
    on_a_page(|frozen, interaction| {
        frozen.arrange(rows(&["a", "b"]), "");
        interaction.pointer(true);
        assert_eq!(ids(&frozen.arrange(rows(&["b", "a", "c"]), "?sort=changed")), ["b", "a", "c"]);
        assert_eq!(frozen.changes().get_untracked(), Changes::default());
    });
}

#[test]
fn the_strip_says_what_waits() {
    assert_eq!(Changes::default().in_order(), "");
    assert_eq!(Changes { moved: 1, new: 0, gone: 0 }.in_order(), "1 change in order");
    assert_eq!(Changes { moved: 0, new: 3, gone: 3 }.newer(), "3 new");
    assert_eq!(Changes { moved: 0, new: 0, gone: 1 }.newer(), "1 change in order");
    assert_eq!(Changes::default().newer(), "");
}
