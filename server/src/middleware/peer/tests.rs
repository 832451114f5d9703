//! Which peer's `X-Forwarded-For` counts.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue};

use super::asker;

fn seen(other_end: &str, forwarded: &[&'static str]) -> IpAddr {
    let mut headers = HeaderMap::new();
    for value in forwarded {
        headers.append("x-forwarded-for", HeaderValue::from_static(value));
    }
    asker(other_end.parse().unwrap(), &headers)
}

#[test]
fn a_proxy_on_this_machine_is_believed_in_what_it_saw_itself() {
    let told: IpAddr = "203.0.113.9".parse().unwrap();
    assert_eq!(seen("127.0.0.1", &["203.0.113.9"]), told);
    assert_eq!(
        seen("::1", &["10.0.0.1, 203.0.113.9"]),
        told,
        "what stands before it is the asker's own word"
    );
    assert_eq!(seen("::ffff:127.0.0.1", &["10.0.0.1", "203.0.113.9"]), told);
    assert_eq!(seen("127.0.0.1", &["2001:db8::7"]), "2001:db8::7".parse::<IpAddr>().unwrap());
}

#[test]
fn everybody_else_is_where_their_connection_comes_from() {
    let end: IpAddr = "198.51.100.4".parse().unwrap();
    assert_eq!(seen("198.51.100.4", &["203.0.113.9"]), end);
    let here: IpAddr = "127.0.0.1".parse().unwrap();
    assert_eq!(seen("127.0.0.1", &[]), here);
    assert_eq!(seen("127.0.0.1", &["unknown"]), here);
}
