use model::Level;

use super::LevelValue;

const SHA: &str = "4f0c9e1a2b3c4d5e6f708192a3b4c5d6e7f80912";

#[test]
fn commits_are_commits_names_stay_and_states_begin_a_sentence() {
    assert_eq!(LevelValue::of(Level::SchemaFile, SHA), LevelValue::Commit(SHA.parse().unwrap()));
    assert_eq!(LevelValue::of(Level::Database, "proj_crm"), LevelValue::Name("proj_crm".into()));
    assert_eq!(LevelValue::of(Level::Route, "crm.localhost"), LevelValue::Name("crm.localhost".into()));
    assert_eq!(LevelValue::of(Level::State, "running"), LevelValue::Word("Running".into()));
}

#[test]
fn what_is_not_there_reads_as_a_word() {
    assert_eq!(LevelValue::of(Level::SchemaFile, "absent"), LevelValue::Word("Absent".into()));
    assert_eq!(LevelValue::of(Level::Route, ""), LevelValue::Word("\u{2013}".into()));
}
