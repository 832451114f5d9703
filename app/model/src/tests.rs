//! Properties of the constructors: what exists is valid, and survives JSON.

mod health;
mod names;
mod words;

use proptest::prelude::*;

use super::*;

fn survives_json<T>(value: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
}

proptest! {
    #[test]
    fn a_project_id_is_its_regex_without_the_reserved_words(text in "[a-zA-Z0-9_ -]{0,44}") {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let by_regex = (3..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(inner)
            && !text.ends_with('-');
        let id = ProjectId::try_from(text.clone());
        prop_assert!(by_regex || id.is_err(), "{text} was accepted");
        if let Ok(id) = id { survives_json(&id); }
    }

    #[test]
    fn every_text_of_the_pattern_that_is_no_reserved_word_is_a_project_id(text in "[a-z][a-z0-9-]{9,38}[a-z0-9]") {
        let id = ProjectId::try_from(text.clone());
        prop_assert!(id.is_ok(), "{text} was refused: {id:?}");
        prop_assert_eq!(id.unwrap().database(), format!("proj_{text}"));
    }

    #[test]
    fn a_valid_schema_reference_survives_json_and_keeps_its_parts(
        repo in "https://[a-z]{1,8}\\.example/[a-z]{1,8}",
        path in "[a-z]{1,8}(/[a-z]{1,8}){0,3}\\.ts",
        sha in "[0-9a-f]{40}",
    ) {
        let draft = SchemaRefDraft { r#type: "git".into(), repo: repo.clone(), path: path.clone(), r#ref: sha.clone() };
        let schema = draft.validate().unwrap();
        prop_assert_eq!((schema.repo().unwrap().as_str(), schema.path()), (repo.as_str(), path.as_str()));
        prop_assert_eq!(schema.commit().as_str(), sha.as_str());
        survives_json(&schema);
    }

    #[test]
    fn any_text_is_refused_or_canonical(text in "\\PC{0,60}") {
        if let Ok(host) = Hostname::try_from(text.clone()) {
            prop_assert_eq!(&Hostname::try_from(host.to_string()).unwrap(), &host);
            prop_assert!(host.as_str().is_ascii());
        }
        if let Ok(path) = RepoPath::try_from(text.clone()) {
            prop_assert!(!path.as_str().starts_with(['/', '-']) && !path.as_str().split('/').any(|p| p == ".."));
        }
        if let Ok(sha) = CommitSha::try_from(text.clone()) { prop_assert_eq!(sha.as_str().len(), 40); }
        if let Ok(name) = EnvName::try_from(text.clone()) { prop_assert!(!name.as_str().contains(['=', '\0'])); }
        if let Ok(email) = Email::try_from(text) { survives_json(&Actor::Operator(email)); }
    }

    #[test]
    fn commits_are_forty_hex_digits(text in "[0-9a-fA-F]{38,42}") {
        prop_assert_eq!(CommitSha::try_from(text.clone()).is_ok(), text.len() == 40);
    }

    #[test]
    fn sizes_keep_three_digits(bytes in any::<u64>()) {
        let text = ByteSize::new(bytes).to_string();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        prop_assert!((1..=5).contains(&digits), "{text}");
        survives_json(&ByteSize::new(bytes));
    }
}

#[test]
fn hostnames_are_normalised() {
    let canonical = [
        ("API.Example.COM.", "api.example.com"),
        ("  crm.localhost ", "crm.localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
    ];
    for (text, expected) in canonical {
        assert_eq!(text.parse::<Hostname>().unwrap().as_str(), expected);
    }
    for wrong in
        ["", "localhost", "127.0.0.1", "a..b", "-a.b", "a_b.c", "*.a.b", "a.b:80", "http://a.b", "a b.c"]
    {
        assert!(wrong.parse::<Hostname>().is_err(), "{wrong} was accepted");
    }
}

#[test]
fn a_path_stays_in_its_repository() {
    for wrong in ["../x", "a/../b", "/etc/passwd", "-n", "a//b", "a\0b", "./a", "a\\b"] {
        assert!(wrong.parse::<RepoPath>().is_err(), "{wrong} was accepted");
    }
    assert!("projects/crm/schema.ts".parse::<RepoPath>().is_ok());
}

#[test]
fn an_address_has_no_credential_and_a_known_scheme() {
    for wrong in [
        "https://u:p@h/x",
        "https://ghp_token@h/x",
        "https://@h/x",
        "https://token@:443/x",
        "https://h/x?access_token=token",
        "https://h/x#token",
        "file:///srv/c#/x",
        "ssh://git:p@h/x",
        "ssh://git@h/x?token",
        "http://h/x",
        "file://x",
        "ext::sh -c id",
        "--upload-pack=x",
        "git://h/x",
        "a b",
    ] {
        assert!(wrong.parse::<RepoUrl>().is_err(), "{wrong} was accepted");
    }
    for right in [
        "https://h/x.git",
        "https://h:8443/a@b/x.git",
        "git@h:x/y.git",
        "h:x/y.git",
        "ssh://git@h/x",
        "ssh://git@h:22/x",
        "ssh://h/x",
        "file:///srv/x",
        "file:///srv/c%23/x",
    ] {
        assert!(right.parse::<RepoUrl>().is_ok(), "{right} was refused");
    }
}

#[test]
fn a_credential_in_an_address_is_the_fault_of_its_field_and_is_not_repeated() {
    for repo in ["https://ghp_token@github.com/x", "https://github.com/x?access_token=ghp_token"] {
        let draft = SchemaRefDraft { repo: repo.into(), ..SchemaRefDraft::default() };
        let errors = draft.validate().unwrap_err();
        let told =
            serde_json::to_string(errors.iter().find(|e| e.field == "schema_ref.repo").unwrap()).unwrap();
        assert!(told.contains("credential") || told.contains("token"), "{told}");
        assert!(!told.contains("ghp_token"), "{told}");
    }
}

#[test]
fn the_platform_keeps_its_variables() {
    for owned in env::PLATFORM_OWNED.into_iter().chain(["LD_PRELOAD", "1A", "a", "A-B", ""]) {
        assert!(owned.parse::<EnvName>().is_err(), "{owned} was accepted");
    }
    assert!("CORS_ORIGINS".parse::<EnvName>().is_ok());
}

#[test]
fn a_draft_reports_all_wrong_fields_together() {
    let draft: ProjectDraft = serde_json::from_str(
        r#"{"id": "a_b", "hostname": "x", "aliases": ["-"], "schema_ref": {"type": "git", "repo": "x", "path": "..", "ref": "main"},
            "env": {"PATH": "/bin", "OK": {"secret": "lower"}}, "admin_email": "nobody"}"#,
    )
    .unwrap();
    let problem = draft.validate().unwrap_err();
    let mut fields: Vec<&str> = problem.errors.iter().map(|e| e.field.as_str()).collect();
    fields.sort_unstable();
    let expected = [
        "admin_email",
        "aliases.0",
        "env.OK",
        "env.PATH",
        "hostname",
        "id",
        "schema_ref.path",
        "schema_ref.ref",
        "schema_ref.repo",
    ];
    assert_eq!(fields, expected);
    assert_eq!(problem.status, 422);
}

#[test]
fn unknown_fields_are_refused() {
    assert!(serde_json::from_str::<ProjectDraft>(r#"{"id": "abc", "colour": "red"}"#).is_err());
    assert!(serde_json::from_str::<ProjectPatch>(r#"{"status": "running"}"#).is_err());
}

#[test]
fn the_lifecycle_is_closed_under_its_table() {
    for status in ProjectStatus::ALL {
        assert!(status.may_become(status));
        assert!(
            ProjectStatus::ALL.iter().any(|next| *next != status && status.may_become(*next)),
            "{status} is a trap"
        );
    }
    assert!(!ProjectStatus::Stopped.may_become(ProjectStatus::Running), "a start goes through provisioning");
    assert!(!ProjectStatus::Failed.may_become(ProjectStatus::Running));
}

#[test]
fn actors_survive_their_text() {
    let email: Email = "ines@example.com".parse().unwrap();
    for actor in [
        Actor::Operator(email.clone()),
        Actor::Token { name: "ci (main)".into(), operator: email },
        Actor::Reconciler,
        Actor::Registry,
        Actor::Schedule,
        Actor::Host,
    ] {
        assert_eq!(Actor::try_from(actor.to_string()).unwrap(), actor);
    }
}

#[test]
fn a_problem_is_headed_by_what_it_is_about() {
    let taken = Problem::taken("id", "The project crm exists already.", "an id that no project has");
    assert_eq!(taken.title, "The project crm exists already");
    assert!(taken.detail.contains("id: The project crm exists already. Accepted: an id"), "{}", taken.detail);
    assert_eq!(
        taken.detail_below_title(),
        "Nothing was changed. Accepted for id: an id that no project has."
    );
    let long = Problem::field("path", "x".repeat(200), "a path");
    assert_eq!(long.title, "This value of path is not accepted");
    assert_eq!(long.detail_below_title(), long.detail);
    let errors = ["id", "path"].map(|field| FieldError::new(field, Invalid::new("No.", "another")));
    assert_eq!(Problem::invalid(errors.into()).title, "Some fields are not accepted");
}
