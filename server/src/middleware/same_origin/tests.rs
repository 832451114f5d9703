//! Which requests may write.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::is_ours;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    pairs.iter().map(pair).collect()
}

#[test]
fn our_own_pages_may() {
    assert!(is_ours(&headers(&[("sec-fetch-site", "same-origin"), ("cookie", "a=b")])));
    assert!(is_ours(&headers(&[
        ("origin", "http://fleet.example:3000"),
        ("host", "fleet.example:3000"),
        ("cookie", "a=b")
    ])));
    assert!(is_ours(&headers(&[("host", "fleet.example:3000")])), "a program without a cookie");
}

#[test]
fn a_token_may_from_anywhere_and_what_a_browser_adds_by_itself_may_not() {
    let with = |credential| {
        let sent = [("authorization", credential), ("sec-fetch-site", "same-site"), ("cookie", "a=b")];
        is_ours(&headers(&sent))
    };
    assert!(with("Bearer atf_x") && with("bearer atf_x"));
    for credential in ["Basic aW5lczpwYXNzd29yZA==", "Digest username=ines", "Negotiate x", "Bearer", ""] {
        assert!(!with(credential), "{credential}");
    }
}

#[test]
fn other_sites_may_not() {
    assert!(!is_ours(&headers(&[("sec-fetch-site", "cross-site"), ("cookie", "a=b")])));
    assert!(!is_ours(&headers(&[("sec-fetch-site", "same-site"), ("cookie", "a=b")])));
    assert!(!is_ours(&headers(&[
        ("origin", "http://evil.example"),
        ("host", "fleet.example"),
        ("cookie", "a=b")
    ])));
    assert!(!is_ours(&headers(&[("origin", "null"), ("host", "fleet.example"), ("cookie", "a=b")])));
    assert!(!is_ours(&headers(&[("host", "fleet.example"), ("cookie", "a=b")])), "a cookie and no origin");
}
