use super::{search, step};

fn names(typed: &str) -> Vec<String> {
    search(typed, None).into_iter().map(|target| target.name).collect()
}

#[test]
fn every_typed_word_must_be_found() {
    assert_eq!(names("OPER"), ["Operations"]);
    assert_eq!(names("create page"), ["Create project"]);
    assert!(names("create audit").is_empty());
}

#[test]
fn arrows_go_round_and_other_keys_are_text() {
    assert_eq!(step("ArrowDown", 0, 3), Some(1));
    assert_eq!(step("ArrowDown", 2, 3), Some(0));
    assert_eq!(step("ArrowUp", 0, 3), Some(2));
    assert_eq!(step("ArrowDown", 0, 0), None);
    assert_eq!(step("a", 0, 3), None);
}
