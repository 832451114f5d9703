use serde_json::json;

use super::*;

#[test]
fn what_cannot_be_read_leaves_the_last_that_could() {
    let known = EdgeCache::default();
    let good = json!({"policy": {"deny": ["192.0.2.0/24"]}});
    let edge = known.of(Some(good.clone()));
    assert_eq!(edge.policy.deny.len(), 1);
    assert_eq!(known.of(Some(json!({"policy": {"deny": ["nowhere"]}}))), edge);
    assert_eq!(known.of(None), FleetEdge::default(), "what was never said is the default");
}

#[test]
fn a_newer_programs_value_is_read_as_far_as_this_one_knows_it() {
    let newer = json!({
        "policy": {"deny": ["192.0.2.0/24"], "allow": ["nowhere"], "captcha": true},
        "trusted_proxies": ["198.51.100.7/32"], "from_a_newer_version": 1,
    });
    let edge = EdgeCache::default().of(Some(newer));
    assert_eq!((edge.policy.deny.len(), edge.policy.allow.len(), edge.trusted_proxies.len()), (1, 0, 1));
}
