use super::Shown;

const SHA: &str = "4f0c9e1a2b3c4d5e6f708192a3b4c5d6e7f80912";

#[test]
fn commits_are_commits_names_stay_and_states_begin_a_sentence() {
    assert_eq!(Shown::of("schema", SHA), Shown::Commit(SHA.parse().unwrap()));
    assert_eq!(Shown::of("database", "proj_crm"), Shown::Name("proj_crm".into()));
    assert_eq!(Shown::of("route", "crm.localhost"), Shown::Name("crm.localhost".into()));
    assert_eq!(Shown::of("state", "running"), Shown::Word("Running".into()));
}

#[test]
fn what_is_not_there_reads_as_a_word() {
    assert_eq!(Shown::of("schema file", "absent"), Shown::Word("Absent".into()));
    assert_eq!(Shown::of("route", ""), Shown::Word("\u{2013}".into()));
}
