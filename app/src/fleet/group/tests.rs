use model::{DesiredState, Observed, ProjectStatus};

use super::{Group, groups};
use crate::fleet::filter::tests::project;

#[test]
fn rows_of_one_group_stand_under_one_head() {
    let mut stopped = project("ccc");
    stopped.desired_state = DesiredState::Stopped;
    stopped.status = ProjectStatus::Stopped;
    stopped.observed.facts.instance = Observed::Absent;
    let (first, second) = (project("aaa"), project("bbb"));
    let sizes: Vec<_> =
        groups(&[&first, &second, &stopped]).iter().map(|(group, rows)| (*group, rows.len())).collect();
    assert_eq!(sizes, [(Group::of(first.health()), 2), (Group::Off, 1)]);
    assert_eq!(Group::Off.note(2), "2, stopped by an operator");
}
