use super::{Entry, Group, parts};
use crate::components::FrozenRow as _;
use crate::fleet::filter::tests::project;

fn entry(id: &str, group: Group) -> Entry {
    Entry { group: Some(group), project: project(id) }
}

#[test]
fn a_project_that_falls_ill_keeps_its_place_until_the_rows_are_shown_anew() {
    let (well, ill) = (entry("crm", Group::Well), entry("crm", Group::Ill));
    assert!(!well.same_part(&ill));
    assert_eq!(well.renewed(&ill).group, Some(Group::Well));
}

#[test]
fn rows_of_one_part_stand_under_one_head() {
    let rows = vec![entry("aaa", Group::Ill), entry("bbb", Group::Ill), entry("ccc", Group::Well)];
    let parts = parts(rows);
    let sizes: Vec<_> = parts.iter().map(|(group, rows)| (*group, rows.len())).collect();
    assert_eq!(sizes, [(Some(Group::Ill), 2), (Some(Group::Well), 1)]);
    assert_eq!(Group::Off.note(2), "2, stopped by an operator");
}
