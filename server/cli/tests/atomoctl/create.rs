//! `project create` up to a reachable project.

use model::{OperationStatus, Problem, ProblemKind};
use serde_json::json;

use crate::fake::{Fake, Reply};
use crate::fixtures::{OPERATION, SHA, accepted, fleet, operation, project};
use crate::run::Person;

const CREATE: &str = "project create crm --hostname crm.localhost --alias crm.example.com --repo file:///srv/schemas \
     --path crm.ts --ref 0123456789abcdef0123456789abcdef01234567 --env MODE=blue --env-secret KEY=API_KEY \
     --admin-email ines@example.com --label team=shop --class staging";

fn looks() -> String {
    format!("GET /operations/{OPERATION}")
}

/// A server on which a create passes through these states.
async fn server(states: &[OperationStatus]) -> Fake {
    let fake = Fake::start().await;
    fake.on("POST /projects", [Reply::json(202, &accepted(OperationStatus::Waiting))]);
    fake.on(&looks(), states.iter().map(|status| Reply::json(200, &operation(*status))));
    fake.on("GET /events", [Reply::open(": here\n\n")]);
    fake.on("GET /fleet", [Reply::json(200, &fleet())]);
    fake.on("GET /projects/crm", [Reply::json(200, &project())]);
    let password = json!({"email": "ines@example.com", "password": "shown-once"});
    fake.on("POST /projects/crm/admin-password", [Reply::json(200, &password)]);
    fake
}

const SUCCEEDS: &[OperationStatus] = &[
    OperationStatus::Waiting,
    OperationStatus::Running,
    OperationStatus::Running,
    OperationStatus::Succeeded,
];

#[tokio::test]
async fn the_steps_are_told_as_they_happen_and_the_end_is_the_address() {
    let fake = server(SUCCEEDS).await;
    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --wait")).await;
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    let expected = "✓ 1/2 Create secrets: done in 0.0 s\n\
        ~ 2/2 Start the instance: running\n\
        ✓ 2/2 Start the instance: done in 0.0 s\n\
        Create of crm succeeded in 0.0 s.\n\
        crm answers at https://crm.localhost:8443\n\
        Admin     ines@example.com\n\
        Password  shown-once\n\
        The password is shown once.\n";
    assert_eq!(ran.out, expected);
    assert_eq!(fake.count("POST /projects/crm/admin-password"), 1);
}

#[tokio::test]
async fn what_was_typed_is_what_is_sent_under_a_key_of_its_own() {
    let fake = server(SUCCEEDS).await;
    let ran = Person::with_token(&fake).runs(CREATE).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains(&format!("atomoctl operation wait {OPERATION}")), "{ran:?}");
    let expected = json!({
        "id": "crm", "display_name": "", "labels": {"team": "shop"}, "class": "staging", "hostname": "crm.localhost", "aliases": ["crm.example.com"],
        "schema_ref": {"type": "git", "repo": "file:///srv/schemas", "path": "crm.ts", "ref": SHA},
        "env": {"MODE": "blue", "KEY": {"secret": "API_KEY"}},
        "admin_email": "ines@example.com", "reuse_database": false,
    });
    assert_eq!(fake.sent("POST /projects"), expected);
    assert!(fake.asked()[0].headers.contains_key("idempotency-key"));
    assert_eq!(fake.asked().len(), 1, "without --wait nobody follows: {:?}", fake.lines());
}

#[tokio::test]
async fn a_program_reads_one_document_and_the_steps_are_beside_it() {
    let fake = server(SUCCEEDS).await;
    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --wait --json")).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.json()["operation"]["status"], "succeeded");
    assert_eq!(ran.json()["admin"]["password"], "shown-once");
    assert!(
        ran.err.contains("2/2 Start the instance: running") && !ran.err.contains("shown-once"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn a_create_that_fails_is_one_with_the_reason_and_no_password() {
    let fake = server(SUCCEEDS).await;
    let problem = Problem::new(ProblemKind::Conflict, "The schema is refused", "Choose another commit.");
    let mut failed = operation(OperationStatus::Failed);
    failed.problem = Some(Problem { log: vec!["error: no model".into()], ..problem });
    fake.on(&looks(), [Reply::json(200, &failed)]);
    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --wait")).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("Choose another commit.") && ran.err.contains("| error: no model"), "{ran:?}");
    assert!(ran.err.contains(OPERATION), "the operation can be retried by its id: {ran:?}");
    assert_eq!(fake.count("POST /projects/crm/admin-password"), 0);
}

#[tokio::test]
async fn a_password_that_was_shown_already_leaves_the_create_a_success() {
    let fake = server(SUCCEEDS).await;
    fake.on("POST /projects/crm/admin-password", [Reply::problem(&Problem::not_found("password to show"))]);
    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --wait")).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("was shown before") && ran.out.contains("crm answers at"), "{ran:?}");
    let ran = Person::with_token(&fake).runs("project admin-password crm").await;
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("shows it once"), "{ran:?}");
}

#[tokio::test]
async fn the_time_to_wait_is_seven_and_says_how_to_go_on() {
    let fake = server(&[OperationStatus::Running]).await;
    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --wait --timeout 1 --json")).await;
    assert_eq!((ran.code, ran.out.as_str()), (7, ""), "{ran:?}");
    let last = ran.err.lines().last().unwrap();
    let problem: Problem = serde_json::from_str(last).unwrap();
    assert_eq!(problem.operation.unwrap().to_string(), OPERATION);
    assert!(problem.detail.contains("atomoctl operation wait"), "{problem}");
}

#[tokio::test]
async fn a_dry_run_sends_the_same_draft_elsewhere_and_creates_nothing() {
    let fake = server(SUCCEEDS).await;
    let plan = json!({
        "project": model::Project::sample("crm"), "commit": null, "database_reused": false, "connections_free": 158,
        "generated_secrets": ["JWT_SECRET"], "unset_secrets": [], "steps": ["ensure_secrets"],
    });
    fake.on("POST /project-plans", [Reply::json(200, &plan)]);
    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --dry-run")).await;
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(ran.out.starts_with("crm can be created. Nothing was changed.\n"), "{ran:?}");
    assert!(
        ran.out.contains("158 free on default afterwards") && ran.out.contains("1. Create secrets"),
        "{ran:?}"
    );
    assert_eq!(fake.lines(), ["POST /project-plans"]);
    assert_eq!(fake.sent("POST /project-plans")["hostname"], "crm.localhost");
    assert!(!fake.asked()[0].headers.contains_key("idempotency-key"));

    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --dry-run --json")).await;
    assert_eq!((ran.code, ran.json()), (0, plan), "{ran:?}");
    let ran = Person::with_token(&fake).runs(&format!("{CREATE} --dry-run --wait")).await;
    assert_eq!(ran.code, 2, "{ran:?}");
}
