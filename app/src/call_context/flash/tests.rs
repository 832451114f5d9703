//! What anonymous callers may store, and where a form goes back to.

use axum::http::Request;
use axum::http::request::Parts;
use futures::executor::block_on;
use serde_json::json;

use super::{back, keep, take};

fn stranger() -> Parts {
    Request::new(()).into_parts().0
}

#[test]
fn a_form_goes_back_to_its_own_page() {
    let cases = [
        (Some("http://fleet.example:3000/projects/new"), "/projects/new?flash=1"),
        (
            Some("https://fleet.example/projects/new?repo=a%2Fb&flash=7&x=flash=1#id"),
            "/projects/new?repo=a%2Fb&x=flash=1&flash=1",
        ),
        (Some("https://fleet.example"), "/?flash=1"),
        (Some("https://fleet.example//evil.example/"), "/evil.example/?flash=1"),
        (None, "/?flash=1"),
    ];
    for (referer, expected) in cases {
        assert_eq!(back(referer, "1"), expected, "{referer:?}");
    }
}

#[test]
fn what_a_stranger_typed_comes_back_once_and_needs_no_session() {
    let typed = json!({"email": "ines@example.com"});
    let ticket = block_on(keep(&stranger(), "/actions/log_in", None, typed.clone())).unwrap();

    let flash = block_on(take(&ticket)).unwrap().expect("what was kept");

    assert_eq!((flash.action.as_str(), flash.values), ("/actions/log_in", typed));
    assert_eq!(block_on(take(&ticket)).unwrap(), None);
}

#[test]
fn a_stranger_cannot_leave_much() {
    let much = json!({"email": "x".repeat(100_000)});
    let ticket = block_on(keep(&stranger(), "/actions/log_in", None, much)).unwrap();
    assert_eq!(block_on(take(&ticket)).unwrap().expect("what was kept").values, json!({}));
}
