//! Each comparison as a table.

use model::{InstanceDifference, Observed};

use super::*;

fn sha(letter: char) -> CommitSha {
    letter.to_string().repeat(40).parse().unwrap()
}

#[test]
fn a_commit_differs_until_it_is_deployed() {
    let cases = [
        (sha('a'), Some(sha('a')), Outcome::InSync),
        (
            sha('a'),
            Some(sha('b')),
            Outcome::Differs(vec!["~ commit: bbbbbbb is deployed, aaaaaaa is pinned".into()]),
        ),
        (sha('a'), None, Outcome::Differs(vec!["- commit: aaaaaaa is pinned and was never deployed".into()])),
    ];
    for (pinned, deployed, outcome) in cases {
        assert_eq!(commit(&pinned, deployed.as_ref()), outcome, "{deployed:?}");
    }
}

#[test]
fn the_engines_levels_are_unknown_while_their_part_is_away() {
    let nothing = ObservationFacts::default();
    for level in [DriftLevel::SchemaFile, DriftLevel::Configuration, DriftLevel::Route] {
        assert!(matches!(closed_by_engine(level, &[], &nothing), Outcome::Unknown(_)), "{level}");
    }
    let differences = [
        Difference::SchemaFile { desired: sha('a'), observed: None },
        Difference::Instance(InstanceDifference::Configuration),
        Difference::NotReady,
    ];
    for (level, differs) in
        [(DriftLevel::SchemaFile, true), (DriftLevel::Configuration, true), (DriftLevel::Route, false)]
    {
        let outcome = closed_by_engine(level, &differences, &nothing);
        assert_eq!(
            matches!(&outcome, Outcome::Differs(diff) if diff.len() == 1),
            differs,
            "{level}: {outcome:?}"
        );
    }
    let seen = ObservationFacts {
        schema: Observed::Present(sha('a')),
        route: Observed::Absent,
        instance: Observed::Absent,
        ..nothing
    };
    assert_eq!(closed_by_engine(DriftLevel::SchemaFile, &[], &seen), Outcome::InSync);
    assert_eq!(closed_by_engine(DriftLevel::Route, &[], &seen), Outcome::InSync);
    assert_eq!(closed_by_engine(DriftLevel::Configuration, &[], &seen), Outcome::NotCompared(NO_INSTANCE));
}

fn reports(version: &str) -> Observed<ReleaseSeen> {
    Observed::Present(ReleaseSeen {
        version: version.into(),
        commit: None,
        standin: false,
        models_digest: String::new(),
        models: 0,
    })
}

#[test]
fn the_version_that_a_release_names_is_the_one_that_is_reported() {
    let cases = [
        ("ghcr.io/atomo/server:v0.7.0", "v0.7.0", true),
        ("ghcr.io/atomo/server:v0.7.0", "0.7.0", true),
        ("ghcr.io/atomo/server:v0.7.0", "v0.6.9", false),
        ("atomo-server-0.7.0", "v0.7.1", false),
        ("atomo-server", "v0.7.1", true),
        ("registry.local:5000/server:latest", "v0.7.1", true),
    ];
    for (release, reported, same) in cases {
        let outcome = version(release, &reports(reported), None);
        assert_eq!(outcome == Outcome::InSync, same, "{release} reports {reported}: {outcome:?}");
    }
    assert!(matches!(version("x", &Observed::Unknown, None), Outcome::Unknown(_)));
    assert!(matches!(version("x", &Observed::Absent, None), Outcome::NotCompared(_)));
}
