use serde_json::json;

use super::project;

const REASON: &str = "loading new config: loading http app module: provision http: server atomo_https: setting up \
    route handlers: route 1: loading handler modules: position 0: loading module 'reverse_proxy': no";

#[test]
fn the_route_that_caddy_names_leads_to_its_project() {
    let rendered = json!({ "apps": { "http": { "servers": {
        "atomo_http": { "routes": [{}, { "@id": "atomo_http_route_other" }] },
        "atomo_https": { "routes": [{}, { "@id": "atomo_route_acme-crm" }] },
    } } } });
    assert_eq!(project(REASON, &rendered), Some("acme-crm".parse().unwrap()));
    assert_eq!(
        project(&REASON.replace("atomo_https", "atomo_http"), &rendered),
        Some("other".parse().unwrap())
    );
}

#[test]
fn a_fault_elsewhere_is_nobodys() {
    let rendered = json!({ "apps": { "http": { "servers": { "atomo_https": { "routes": [{}] } } } } });
    for reason in
        [REASON, "http app module: start: listening on 127.0.0.1:8080: bind: address already in use", ""]
    {
        assert_eq!(project(reason, &rendered), None, "{reason}");
    }
    assert_eq!(project(&REASON.replace("atomo_https", "theirs"), &rendered), None);
}
