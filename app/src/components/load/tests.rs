use leptos::prelude::*;
use model::{Problem, ProblemKind};

use super::{LoadedView, passes};
use crate::error::AppError;

/// A view that has shown a value.
fn shown(value: u32) -> (LoadedView<u32>, RwSignal<u32>) {
    let shown = LoadedView::new();
    let latest = RwSignal::new(value);
    shown.latest.set_value(Some(latest));
    (shown, latest)
}

fn error(kind: ProblemKind) -> AppError {
    Problem::new(kind, "A title", "A detail.").into()
}

#[test]
fn a_part_that_is_away_keeps_what_is_on_the_page_and_is_told() {
    Owner::new().with(|| {
        let (shown, latest) = shown(1);
        shown.fail(&error(ProblemKind::Unavailable));
        assert!(shown.problem.get_untracked().is_some());
        assert_eq!(latest.get_untracked(), 1);
        assert_eq!(shown.begun.get_untracked(), 0);
        shown.renew(&2);
        assert!(shown.problem.get_untracked().is_none());
        assert_eq!(latest.get_untracked(), 2);
    });
}

#[test]
fn what_no_longer_exists_is_taken_off_the_page() {
    Owner::new().with(|| {
        let (shown, _) = shown(1);
        shown.fail(&error(ProblemKind::NotFound));
        assert_eq!(shown.begun.get_untracked(), 1);
        assert!(shown.latest.get_value().is_none());
        shown.failed.set_value(Some(ProblemKind::NotFound));
        shown.fail(&error(ProblemKind::NotFound));
        assert_eq!(shown.begun.get_untracked(), 1, "the same failure is told already");
        shown.renew(&2);
        assert_eq!(shown.begun.get_untracked(), 2);
    });
}

#[test]
fn only_what_can_pass_by_itself_is_tried_again() {
    assert!(passes(ProblemKind::Unavailable));
    assert!(!passes(ProblemKind::NotFound));
    assert!(!passes(ProblemKind::Unauthenticated));
}
