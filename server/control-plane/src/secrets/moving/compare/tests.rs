//! What counts as missing, as another value, and as newer.

use super::*;

fn versions(all: &[(u32, &str)]) -> Vec<Secret> {
    all.iter().map(|(version, text)| Secret { value: (*text).into(), version: *version }).collect()
}

fn difference_of(ours: &[(u32, &str)], theirs: &[(u32, &str)]) -> [Vec<u32>; 3] {
    let Difference { missing, differs, newer } = difference(&versions(ours), &versions(theirs));
    [missing, differs, newer].map(|versions| versions.into_iter().collect())
}

#[test]
fn an_empty_target_misses_everything() {
    assert_eq!(difference_of(&[(3, "c"), (4, "d")], &[]), [vec![3, 4], vec![], vec![]]);
}

#[test]
fn a_target_that_was_begun_misses_the_rest() {
    let theirs = [(1, "c"), (2, "c"), (3, "c")];
    assert_eq!(difference_of(&[(3, "c"), (4, "d")], &theirs), [vec![4], vec![], vec![]]);
}

#[test]
fn what_was_dropped_there_is_no_difference() {
    let theirs = [(2, "b"), (3, "new")];
    assert_eq!(difference_of(&[(1, "a"), (2, "b")], &theirs), [vec![], vec![], vec![3]]);
}

#[test]
fn another_value_is_a_difference() {
    assert_eq!(difference_of(&[(1, "a"), (2, "b")], &[(1, "a"), (2, "x")]), [vec![], vec![2], vec![]]);
}
