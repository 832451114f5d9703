use model::{Project, ProjectId};

use super::keep_order;
use crate::fleet::filter::tests::project;

fn shown(ids: &[&str]) -> Vec<ProjectId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

fn ids(rows: &[Project]) -> Vec<&str> {
    rows.iter().map(|project| project.id.as_str()).collect()
}

#[test]
fn held_rows_stay_and_what_waits_is_counted() {
    let now = vec![project("ccc"), project("aaa"), project("bbb")];
    let (rows, moved) = keep_order(now, &shown(&["aaa", "bbb", "ccc"]));
    assert_eq!(ids(&rows), ["aaa", "bbb", "ccc"]);
    assert_eq!(moved, 3);
}

#[test]
fn a_new_project_waits_and_a_deleted_one_leaves_no_ghost() {
    let now = vec![project("aaa"), project("new-one")];
    let (rows, moved) = keep_order(now, &shown(&["aaa", "bbb"]));
    assert_eq!(ids(&rows), ["aaa"]);
    assert_eq!(moved, 1);
}

#[test]
fn an_equal_order_holds_nothing_back() {
    let (rows, moved) = keep_order(vec![project("aaa"), project("bbb")], &shown(&["aaa", "bbb"]));
    assert_eq!((rows.len(), moved), (2, 0));
}
