//! Deletes with the database: requests, decisions, the trash, the deletion protection.

use model::OperationStatus;
use serde_json::{Value, json};

use crate::fake::{Fake, Reply};
use crate::fixtures::{accepted, project};
use crate::run::Person;

const REQUEST: &str = "01900000-0000-7000-8000-000000000007";

/// A request in this state.
fn request(state: &str) -> Value {
    json!({
        "id": REQUEST, "project_id": "crm", "actor": "operator:ines@example.com", "requested_at": "2026-01-02T03:04:05Z",
        "expires_at": "2026-01-05T03:04:05Z", "needs_approval": true, "backup_id": REQUEST, "state": state,
        "shown": {
            "at": "2026-01-02T03:04:05Z", "database": "proj_crm", "rows": 1204, "tables": 3, "database_bytes": 8_400_000,
            "backups": 2, "backup_bytes": 1000, "hostnames": ["crm.example.com"], "others": [],
        },
    })
}

async fn server() -> Fake {
    let fake = Fake::start().await;
    fake.on("POST /projects/crm/delete-requests", [Reply::json(201, &request("pending"))]);
    fake.on(&format!("GET /delete-requests/{REQUEST}"), [Reply::json(200, &request("pending"))]);
    for verb in ["approve", "refuse", "withdraw"] {
        fake.on(&format!("POST /delete-requests/{REQUEST}/{verb}"), [Reply::json(200, &request("approved"))]);
    }
    let page = json!({"items": [request("pending")], "next_cursor": null});
    fake.on("GET /delete-requests", [Reply::json(200, &page)]);
    let empty = json!({"items": [], "next_cursor": null});
    fake.on("GET /trash", [Reply::json(200, &empty)]);
    let taken = Reply::json(202, &accepted(OperationStatus::Waiting));
    fake.on("POST /projects/crm/undelete", [taken.clone()]);
    fake.on("PATCH /projects/crm", [taken]);
    fake.on("GET /projects/crm", [Reply::json(200, &project())]);
    fake
}

/// The body of the last request.
fn sent(fake: &Fake) -> Value {
    serde_json::from_str(&fake.asked().last().unwrap().body).unwrap()
}

#[tokio::test]
async fn a_delete_with_the_database_is_a_request_that_is_confirmed_by_the_id() {
    let fake = server().await;
    let person = Person::with_token(&fake);
    for line in ["project delete crm --drop --confirm crn", "project delete crm --drop --force --confirm crm"]
    {
        assert_eq!(person.runs(line).await.code, 2, "{line}");
    }
    assert!(fake.asked().is_empty(), "nothing is sent without the right id, and there is no other way");
    let ran = person.runs("project delete crm --drop --confirm crm").await;
    assert!(ran.code == 0 && ran.out.contains("another operator has to approve it"), "{ran:?}");
    assert!(ran.out.contains("1204 rows in 3 tables, 8.4 MB, crm.example.com"), "{ran:?}");
    assert_eq!(sent(&fake), json!({"confirm": "crm"}));
}

#[tokio::test]
async fn requests_are_listed_decided_and_withdrawn() {
    let fake = server().await;
    let person = Person::with_token(&fake);
    let ran = person.runs("approval list").await;
    assert!(ran.code == 0 && ran.out.contains("ines@example.com"), "{ran:?}");
    let lines = [
        (format!("approval approve {REQUEST} --confirm crm"), json!({"confirm": "crm", "reason": ""})),
        (format!("approval refuse {REQUEST} --reason needed"), json!({"reason": "needed"})),
        (format!("approval withdraw {REQUEST}"), json!({"reason": ""})),
    ];
    for (line, body) in lines {
        let ran = person.runs(&line).await;
        assert_eq!((ran.code, sent(&fake)), (0, body), "{line}: {ran:?}");
    }
    let ran = person.runs(&format!("approval approve {REQUEST} --confirm crn")).await;
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(fake.count(&format!("POST /delete-requests/{REQUEST}/approve")), 1);
}

#[tokio::test]
async fn the_trash_is_listed_and_a_project_brought_back_or_protected() {
    let fake = server().await;
    let person = Person::with_token(&fake);
    let ran = person.runs("project trash").await;
    assert!(ran.code == 0 && ran.out.contains("The trash is empty."), "{ran:?}");
    assert_eq!(person.runs("project undelete crm").await.code, 0);
    assert_eq!(fake.count("POST /projects/crm/undelete"), 1);
    for (switch, on) in [("on", true), ("off", false)] {
        let ran = person.runs(&format!("project edit crm --delete-protection {switch}")).await;
        assert_eq!((ran.code, &sent(&fake)["delete_protection"]), (0, &json!(on)), "{ran:?}");
    }
}
