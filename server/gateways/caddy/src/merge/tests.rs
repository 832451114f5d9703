use serde_json::{Value, json};

use super::merge;

fn ours(names: &[&str]) -> Value {
    let mut apps = json!({
        "http": { "servers": { "atomo_http": { "listen": ["a"] }, "atomo_https": { "listen": ["b"] } } },
        "pki": { "certificate_authorities": { "local": { "install_trust": false } } },
    });
    if !names.is_empty() {
        apps["tls"] = json!({
            "automation": { "policies": [{ "@id": "atomo_tls", "subjects": names }] },
            "certificates": { "automate": names },
        });
    }
    json!({ "apps": apps })
}

fn theirs() -> Value {
    json!({
        "admin": { "listen": "127.0.0.1:2019" },
        "apps": {
            "http": { "http_port": 81, "servers": { "shop": { "listen": [":81"] } } },
            "layer4": { "servers": {} },
            "pki": { "certificate_authorities": { "local": { "name": "House" }, "other": {} } },
            "tls": {
                "automation": { "policies": [{ "issuers": [{ "module": "acme" }] }], "on_demand": {} },
                "certificates": { "automate": ["shop.example"], "load_files": [] },
            },
        },
    })
}

#[test]
fn files_of_others_stay_and_ours_come_and_go() {
    let with = |files: Value| {
        let mut ours = ours(&["a.example"]);
        ours["apps"]["tls"]["certificates"]["load_files"] = files;
        ours
    };
    let file = |name: &str, tags: &[&str]| json!({ "certificate": name, "key": name, "tags": tags });
    let (house, old, new) =
        (file("house", &["house"]), file("ours", &["atomo", "1"]), file("ours", &["atomo", "2"]));
    let mut live = theirs();
    live["apps"]["tls"]["certificates"]["load_files"] = json!([house]);
    for (ours, expected) in [
        (with(json!([old])), json!([house, old])),
        (with(json!([new])), json!([house, new])),
        (ours(&["a.example"]), json!([house])),
    ] {
        live = json!({ "apps": merge(&live, &ours) });
        assert_eq!(live["apps"]["tls"]["certificates"]["load_files"], expected);
    }
}

#[test]
fn a_caddy_without_anything_gets_ours_alone() {
    for live in [Value::Null, json!({}), json!({ "admin": {} }), json!({ "apps": null })] {
        assert_eq!(merge(&live, &ours(&["a.example"])), ours(&["a.example"])["apps"], "{live}");
    }
}

#[test]
fn merging_twice_changes_nothing() {
    for live in [Value::Null, theirs()] {
        for names in [&[][..], &["a.example", "b.example"]] {
            let once = merge(&live, &ours(names));
            assert_eq!(merge(&json!({ "apps": once }), &ours(names)), once, "{live} {names:?}");
        }
    }
}

#[test]
fn what_is_not_ours_is_there_as_before_and_ours_goes_without_a_trace() {
    let with = merge(&theirs(), &ours(&["a.example"]));
    assert_eq!(with["http"]["servers"]["shop"], theirs()["apps"]["http"]["servers"]["shop"]);
    assert_eq!(with["layer4"], theirs()["apps"]["layer4"]);
    assert_eq!(with["tls"]["certificates"]["automate"], json!(["shop.example", "a.example"]));
    assert_eq!(
        with["pki"]["certificate_authorities"]["local"],
        json!({ "name": "House", "install_trust": false })
    );

    let without = merge(&json!({ "apps": with }), &ours(&[]));
    assert_eq!(without["tls"], theirs()["apps"]["tls"]);
    assert_eq!(without["http"]["http_port"], 81);
}

#[test]
fn our_policy_comes_before_one_that_applies_to_every_name() {
    let merged = merge(&theirs(), &ours(&["a.example"]));
    assert_eq!(merged["tls"]["automation"]["policies"][0]["@id"], "atomo_tls");
    assert_eq!(merged["tls"]["automation"]["policies"][1], json!({ "issuers": [{ "module": "acme" }] }));
}

#[test]
fn a_name_that_went_away_is_no_longer_certified() {
    let before = merge(&theirs(), &ours(&["a.example", "b.example"]));
    let after = merge(&json!({ "apps": before }), &ours(&["b.example"]));
    assert_eq!(after["tls"]["certificates"]["automate"], json!(["shop.example", "b.example"]));
    assert_eq!(after["tls"]["automation"]["policies"][0]["subjects"], json!(["b.example"]));
}

#[test]
fn somebody_elses_choice_about_the_trust_store_stands() {
    let mut live = theirs();
    live["apps"]["pki"]["certificate_authorities"]["local"]["install_trust"] = json!(true);
    let merged = merge(&live, &ours(&[]));
    assert_eq!(merged["pki"]["certificate_authorities"]["local"]["install_trust"], true);
}
