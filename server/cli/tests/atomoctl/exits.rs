//! Exit codes.

use model::{FieldError, Invalid, OperationStatus, Problem, ProblemKind};
use serde_json::Value;

use crate::fake::{Fake, Reply};
use crate::fixtures::{OPERATION, accepted, fleet, operation, project};
use crate::run::Person;

#[tokio::test]
async fn each_kind_of_refusal_has_its_code() {
    use ProblemKind::{
        Conflict, Forbidden, GenerationRequired, Internal, Invalid, NotFound, Refused, TooMany,
        Unauthenticated, Unavailable,
    };
    let fake = Fake::start().await;
    let person = Person::with_token(&fake);
    let codes = [
        (Internal, 1),
        (Invalid, 1),
        (Refused, 1),
        (TooMany, 1),
        (GenerationRequired, 1),
        (Unauthenticated, 3),
        (Forbidden, 3),
        (NotFound, 4),
        (Conflict, 5),
        (Unavailable, 6),
    ];
    for (kind, code) in codes {
        fake.on("GET /fleet", [Reply::problem(&Problem::new(kind, "It went wrong", "Nothing was changed."))]);
        let ran = person.runs("fleet status").await;
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{kind}: {ran:?}");
        assert!(ran.err.starts_with("Error: It went wrong.\nNothing was changed."), "{ran:?}");
    }
}

#[tokio::test]
async fn a_program_reads_the_problem_as_it_came() {
    let fake = Fake::start().await;
    let fault = Invalid::new("\"main\" is a branch.", "a full commit id");
    let problem = Problem::invalid(vec![FieldError::new("schema_ref.ref", fault).suggest("0123")]);
    fake.on("GET /projects/crm", [Reply::problem(&problem)]);
    let ran = Person::with_token(&fake).runs("--json project show crm").await;
    assert_eq!(ran.code, 1);
    assert_eq!(serde_json::from_str::<Problem>(&ran.err).unwrap(), problem);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_six_and_says_where() {
    let person = Person::without_token("http://127.0.0.1:9");
    let ran = person.types("login --email a@b.example --password-stdin", "planted-password\n").await;
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.err.contains("http://127.0.0.1:9") && ran.err.contains("--url"), "{ran:?}");
    assert!(!ran.err.contains("planted"), "{ran:?}");
}

#[tokio::test]
async fn an_answer_of_something_else_is_not_taken_for_the_fleets() {
    let fake = Fake::start().await;
    let person = Person::with_token(&fake);
    for (status, code) in [(200, 1), (302, 1), (404, 1), (502, 6)] {
        fake.on("GET /fleet", [Reply::text(status, "<html>hello</html>")]);
        let ran = person.runs("fleet status").await;
        assert_eq!(ran.code, code, "{status}: {ran:?}");
        assert!(ran.err.contains(&status.to_string()) && !ran.err.contains("hello"), "{ran:?}");
    }
}

#[tokio::test]
async fn a_wrong_line_is_two_and_sends_nothing() {
    let fake = Fake::start().await;
    let person = Person::with_token(&fake);
    let lines =
        ["project show a/b", "project launch crm", "--url ftp://x fleet status", "secret set crm KEY"];
    for line in lines {
        let ran = person.runs(line).await;
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
    }
    assert!(fake.asked().is_empty(), "{:?}", fake.lines());
}

#[tokio::test]
async fn a_delete_needs_the_id_once_more() {
    let fake = Fake::start().await;
    fake.on("DELETE /projects/crm", [Reply::json(202, &accepted(OperationStatus::Waiting))]);
    let person = Person::with_token(&fake);
    for line in ["project delete crm", "project delete crm --confirm crn"] {
        let ran = person.types(line, "crm\n").await;
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(ran.err.contains("Nothing was sent"), "{ran:?}");
    }
    assert!(fake.asked().is_empty(), "{:?}", fake.lines());
    let ran = person.runs("project delete crm --confirm crm").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains(&format!("atomoctl operation wait {OPERATION}")), "{ran:?}");
}

#[tokio::test]
async fn a_broken_trail_is_one() {
    let fake = Fake::start().await;
    let person = Person::with_token(&fake);
    fake.on("GET /audit/verify", [Reply::text(200, r#"{"rows":7,"broken_at":null}"#)]);
    assert_eq!(person.runs("audit verify").await.code, 0);
    fake.on("GET /audit/verify", [Reply::text(200, r#"{"rows":7,"broken_at":4}"#)]);
    let ran = person.runs("--json audit verify").await;
    assert_eq!((ran.code, ran.out.trim()), (1, r#"{"rows":7,"broken_at":4}"#));
    assert!(serde_json::from_str::<Problem>(&ran.err).unwrap().detail.contains("Event 4"));
}

#[tokio::test]
async fn with_json_the_answer_keeps_what_this_version_does_not_know() {
    let fake = Fake::start().await;
    let mut document = serde_json::to_value(project()).unwrap();
    document["colour"] = "green".into();
    fake.on("GET /projects/crm", [Reply::json(200, &document)]);
    let ran = Person::with_token(&fake).runs("project show crm --json").await;
    assert_eq!((ran.code, ran.json()), (0, document));
    assert_eq!(fake.lines(), ["GET /projects/crm"]);
}

#[tokio::test]
async fn a_reader_that_leaves_is_not_a_failure() {
    let fake = Fake::start().await;
    fake.on("GET /fleet", [Reply::json(200, &fleet())]);
    let line = Person::with_token(&fake).reads("fleet status", 1).await;
    assert_eq!(line, ["1 project: 1 unknown"]);
}

#[tokio::test]
async fn a_person_is_told_that_it_is_a_stand_in() {
    let fake = Fake::start().await;
    fake.on("GET /fleet", [Reply::json(200, &fleet())]);
    fake.on("GET /projects/crm", [Reply::json(200, &project())]);
    let person = Person::with_token(&fake);
    for line in ["fleet status", "project show crm"] {
        let ran = person.runs(line).await;
        assert!(ran.code == 0 && ran.out.contains("STAND-IN: not a real atomo-server"), "{line}: {ran:?}");
    }
    assert!(person.runs("project show crm").await.out.contains("https://crm.localhost:8443"));
}

#[tokio::test]
async fn an_operation_is_shown_as_it_is() {
    let fake = Fake::start().await;
    let failed = operation(OperationStatus::Failed);
    fake.on(&format!("GET /operations/{OPERATION}"), [Reply::json(200, &failed)]);
    let ran = Person::with_token(&fake).runs(&format!("operation show {OPERATION} --json")).await;
    assert_eq!(
        (ran.code, ran.json()),
        (0, serde_json::to_value(&failed).unwrap()),
        "to show is not to judge"
    );
    assert_ne!(ran.json(), Value::Null);
}
