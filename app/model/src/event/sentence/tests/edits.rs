//! What an edit changed.

use serde_json::{Value, json};

use super::told;
use crate::Limits;

fn edited(detail: &Value) -> String {
    told("project.edit", detail)
}

#[test]
fn environment_variables_are_named_with_what_became_of_them() {
    let env = json!({"added": ["SMTP_HOST"], "changed": ["PEM"], "removed": ["OLD"]});
    assert_eq!(
        edited(&json!({"operation": "1", "env": env})),
        "Environment changed: SMTP_HOST added, PEM changed, OLD removed"
    );
    let names: Vec<String> = (0..25).map(|number| format!("V{number}")).collect();
    let many = edited(&json!({"env": {"added": names, "changed": [], "removed": []}}));
    assert!(many.ends_with("V9 added and 15 more"), "{many}");
}

#[test]
fn every_field_has_its_own_words() {
    let change = |from: Value, to: Value| json!({"from": from, "to": to});
    let schema = |path: &str, commit: &str| json!({"type": "git", "repo": "https://x", "path": path, "ref": commit.repeat(40)});
    let mut more = Limits::default();
    more.instance.memory = crate::ByteSize::mib(1024).try_into().unwrap();
    more.restarts = 9.try_into().unwrap();
    for (field, from, to, expected) in [
        ("display_name", json!("Shop"), json!("Store"), "Display name changed from Shop to Store"),
        ("hostname", json!("a.example"), json!("b.example"), "Hostname changed from a.example to b.example"),
        ("hostname", json!(null), json!("b.example"), "Hostname b.example added"),
        ("hostname", json!("a.example"), json!(null), "Hostname a.example removed"),
        ("aliases", json!(["a", "b"]), json!(["b", "c"]), "Aliases changed: c added, a removed"),
        ("schema_ref", schema("s.ts", "a"), schema("s.ts", "b"), "Commit changed from aaaaaaa to bbbbbbb"),
        ("schema_ref", schema("s.ts", "a"), schema("t.ts", "b"), "Schema changed to t.ts at bbbbbbb"),
        ("release", json!("x:1"), json!("x:2"), "Release changed from x:1 to x:2"),
        ("release", json!("x:1"), json!(null), "Release changed from x:1 to the fleet default"),
        (
            "limits",
            json!(Limits::default()),
            json!(more),
            "Limits changed: memory 512 MiB to 1 GiB, restart attempts 10 to 9",
        ),
        ("pool_size", json!(2), json!(6), "Connection pool size changed from 2 to 6"),
        (
            "edge",
            json!({}),
            json!({"deny": ["10.0.0.0/8"], "rate_limit": {"requests": 1, "window_s": 1}}),
            "Edge policy changed: denied networks, rate limit",
        ),
        ("class", json!("staging"), json!("production"), "Class changed from staging to production"),
        (
            "colours",
            json!({"a": 1, "b": 2}),
            json!({"b": 3, "c": 4}),
            "Colours changed: b changed, c added, a removed",
        ),
    ] {
        assert_eq!(edited(&json!({"operation": "1", field: change(from, to)})), expected);
    }
}

#[test]
fn labels_are_told_with_their_values() {
    let labels = json!({"from": {"team": "a", "tier": "x"}, "to": {"team": "b", "on": "y"}});
    assert_eq!(
        edited(&json!({"labels": labels})),
        "Labels changed: on set to y, team set to b, tier removed"
    );
}

#[test]
fn several_changes_are_one_sentence_in_a_fixed_order() {
    let detail = json!({
        "edge": {"from": {}, "to": {"max_body": 5}}, "class": {"from": "staging", "to": "production"},
        "display_name": {"from": "A", "to": "B"}, "env": {"added": ["X"], "changed": [], "removed": []},
    });
    assert_eq!(
        edited(&detail),
        "Display name changed from A to B; environment changed: X added; edge policy changed: maximum request body; \
         class changed from staging to production"
    );
}

#[test]
fn an_edit_without_a_change_says_so() {
    assert_eq!(edited(&json!({"operation": "1"})), "Edited; nothing changed");
    assert_eq!(
        edited(&json!({"operation": "1", "hostname": {"from": "a", "to": "a"}})),
        "Edited; nothing changed"
    );
}

#[test]
fn older_events_have_new_values_only() {
    let limits = json!(Limits::default());
    let detail = json!({
        "operation": "1", "display_name": "Shop", "hostname": null, "aliases": ["a", "b"], "env": ["A", "B"],
        "schema_ref": {"type": "git", "repo": "https://x", "path": "s.ts", "ref": "a".repeat(40)}, "limits": limits,
        "pool_size": 6, "edge": {"deny": ["10.0.0.0/8"]}, "release": {"from": null, "to": "x:1"},
    });
    assert_eq!(
        edited(&detail),
        "Schema changed to s.ts at aaaaaaa; release changed from the fleet default to x:1; display name changed to Shop; \
         aliases changed to a, b; environment changed to A, B; limits changed to 512 MiB, 1 processor, 256 threads; \
         connection pool size changed to 6; edge policy changed"
    );
    assert_eq!(edited(&json!({"aliases": []})), "Aliases removed");
}

#[test]
fn the_policy_of_the_fleet_names_what_differs() {
    let from = json!({"policy": {"deny": ["10.0.0.0/8"]}, "trusted_proxies": []});
    let to = json!({"policy": {}, "trusted_proxies": ["10.0.0.1/32"]});
    let detail = json!({"edge": {"from": from, "to": to}});
    assert_eq!(
        told("gateway.edge", &detail),
        "Edge policy of the fleet changed: denied networks, trusted proxies"
    );
    assert_eq!(
        told("gateway.edge", &json!({"edge": to})),
        "Edge policy of the fleet changed",
        "an older event"
    );
}
