//! The gateway and edge policies.

use model::{OperationStatus, Problem, ProblemKind};
use serde_json::{Value, json};

use crate::fake::{Fake, Reply};
use crate::fixtures::{accepted, project};
use crate::run::Person;

/// The view of a gateway whose policy denies this network.
fn view(generation: i64, deny: &str) -> Value {
    let edge = json!({
        "policy": {"deny": [deny], "blocked_paths": ["/metrics"]}, "trusted_proxies": ["192.0.2.0/24"],
    });
    json!({
        "part": {"kind": "gateway", "name": "Caddy 2.6.2", "missing": ["It lacks something."], "state": {"state": "up"}},
        "rate_limiter": "instances", "edge": edge, "edge_generation": generation, "alert_days": 14, "https_port": 8443,
        "certificates": [{
            "host": "crm.example.test", "project_id": "crm", "source": "own", "seen": {"seen": "absent"},
            "fault": "The key is another one's.", "alert": true,
        }],
    })
}

/// A gateway with an edge policy, and a project.
async fn server() -> Fake {
    let fake = Fake::start().await;
    let view = view(4, "203.0.113.7/32");
    fake.on("GET /gateway", [Reply::json(200, &view)]);
    fake.on("PUT /gateway/edge", [Reply::json(200, &view["edge"])]);
    fake.on("GET /projects/crm", [Reply::json(200, &project())]);
    fake.on("PATCH /projects/crm", [Reply::json(202, &accepted(OperationStatus::Waiting))]);
    fake
}

#[tokio::test]
async fn the_gateway_is_shown_and_its_policy_without_being_changed() {
    let fake = server().await;
    let person = Person::with_token(&fake);
    let shown = person.runs("gateway show").await;
    for text in [
        "Caddy 2.6.2",
        "It lacks something.",
        "limited by each instance",
        "203.0.113.7/32",
        "192.0.2.0/24",
        "none",
        "The key is another one's.",
    ] {
        assert!(shown.code == 0 && shown.out.contains(text), "{text}: {shown:?}");
    }
    let policy = person.runs("gateway edge").await;
    assert!(policy.code == 0 && policy.out.contains("Denied   203.0.113.7/32"), "{policy:?}");
    assert_eq!(fake.count("PUT /gateway/edge"), 0, "nothing was typed, so nothing was changed");
}

#[tokio::test]
async fn of_a_policy_what_was_not_named_stays() {
    let fake = server().await;
    let person = Person::with_token(&fake);
    let line = "gateway edge --allow 10.0.0.0/8 --rate-limit 600/60 --no-block --no-trust";
    assert_eq!(person.runs(line).await.code, 0);
    let expected = json!({
        "generation": 4,
        "policy": {
            "allow": ["10.0.0.0/8"], "deny": ["203.0.113.7/32"], "max_body": null,
            "rate_limit": {"requests": 600, "window_s": 60}, "blocked_paths": [], "response_headers": {},
        },
        "trusted_proxies": [],
    });
    assert_eq!(fake.sent("PUT /gateway/edge"), expected);
    let ran = person.runs("project edge crm --header X-Frame-Options:DENY --max-body 1000").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let sent = fake.sent("PATCH /projects/crm");
    assert_eq!(sent["edge"]["max_body"], 1000);
    assert_eq!(sent["edge"]["response_headers"], json!({"X-Frame-Options": "DENY"}));
    assert_eq!(sent["generation"], 1);
    assert_eq!(sent.as_object().unwrap().len(), 2);
    assert_eq!(person.runs("gateway edge --rate-limit many").await.code, 2);
}

#[tokio::test]
async fn a_policy_that_was_changed_meanwhile_is_merged_again() {
    let fake = server().await;
    let stale = Problem {
        generation: Some(5),
        ..Problem::new(
            ProblemKind::Conflict,
            "The policy of the fleet was changed meanwhile",
            "Nothing was changed.",
        )
    };
    let changed = view(5, "198.51.100.0/24");
    fake.on("GET /gateway", [Reply::json(200, &view(4, "203.0.113.7/32")), Reply::json(200, &changed)]);
    fake.on("PUT /gateway/edge", [Reply::problem(&stale), Reply::json(200, &changed["edge"])]);
    let ran = Person::with_token(&fake).runs("gateway edge --max-body 1000").await;
    assert_eq!((ran.code, fake.count("PUT /gateway/edge")), (0, 2), "{ran:?}");
    let last: Value = serde_json::from_str(&fake.asked().last().unwrap().body).unwrap();
    assert_eq!((&last["generation"], &last["policy"]["max_body"]), (&json!(5), &json!(1000)));
    assert_eq!(last["policy"]["deny"], json!(["198.51.100.0/24"]), "the other edit is not lost");
}
