use axum::body::Body;
use axum::extract::Request;

use super::is_activity;

fn request(path: &str, header: Option<(&str, &str)>) -> Request {
    let request = Request::get(path);
    let request = header.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    request.body(Body::empty()).unwrap()
}

#[test]
fn what_an_open_page_does_by_itself_extends_no_session() {
    assert!(is_activity(&request("/projects/shop", None)));
    assert!(!is_activity(&request("/projects/shop", Some(("x-refetch", "1")))));
    assert!(!is_activity(&request("/api/v1/events", None)));
    assert!(!is_activity(&request("/api/v1/projects", Some(("authorization", "Bearer x")))));
}
