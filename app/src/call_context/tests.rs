use axum::http::Request as HttpRequest;
use model::{Actor, Problem, ProblemKind};

use super::{OpContext, Request, Unidentified};

fn request(extend: impl FnOnce(&mut HttpRequest<()>)) -> Request {
    let mut request = HttpRequest::new(());
    extend(&mut request);
    Request { parts: request.into_parts().0, response: None }
}

#[test]
fn where_nobody_can_say_who_asks_the_reason_is_told() {
    let away = Problem::unavailable("postgres", "Sessions cannot be read.");
    let told = request(|request| {
        request.extensions_mut().insert(Unidentified(away));
    });
    assert_eq!(told.asker().unwrap_err().kind, ProblemKind::Unavailable);
}

#[test]
fn without_a_reason_nobody_is_logged_in_or_somebody_is() {
    assert!(request(|_| ()).asker().unwrap().is_none());
    let known = request(|request| {
        request.extensions_mut().insert(OpContext::platform(Actor::Host));
    });
    assert!(known.asker().unwrap().is_some());
}
