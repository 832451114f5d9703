//! The served site, with browsers and programs that send requests.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use model::Problem;
use tower::ServiceExt as _;

use crate::api::tests::support::{DEADLINE, EMAIL, Fleet, PASSWORD};
use crate::middleware::headers::Scheme;
use crate::session_store;
use crate::state::{AppState, FrontEnd};

/// The router over a fleet with one operator.
pub struct Site {
    pub fleet: Fleet,
    router: Router,
}

/// A complete answer.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Site {
    pub async fn new(scheme: Scheme) -> Self {
        let fleet = Fleet::new().await;
        fleet.registered().await;
        let sessions = session_store::store(&fleet.plane).unwrap();
        let state = AppState { plane: fleet.plane.clone(), front_end: FrontEnd::default() };
        let layer = session_store::layer(sessions, scheme);
        let router = crate::router::service(state, layer, scheme, fleet.stop.clone());
        Self { fleet, router }
    }

    /// Sends a request; the answer may go on.
    pub async fn open(&self, request: Request<Body>) -> Response<Body> {
        let answer = tokio::time::timeout(DEADLINE, self.router.clone().oneshot(request)).await;
        answer.expect("an answer").unwrap()
    }

    /// Sends a request and reads the whole answer.
    pub async fn ask(&self, request: Request<Body>) -> Page {
        let (parts, body) = self.open(request).await.into_parts();
        let body = tokio::time::timeout(DEADLINE, body.collect()).await.expect("an answer that ends");
        Page { status: parts.status, headers: parts.headers, body: body.unwrap().to_bytes() }
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        self.ask(request(Method::GET, path, headers, "")).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Page {
        self.ask(request(Method::POST, path, headers, form)).await
    }

    /// The log-in form as a browser without JavaScript posts it.
    pub async fn log_in(&self, password: &str, from: &str) -> Page {
        let form =
            format!("email={}&password={}&next=%2F", EMAIL.replace('@', "%40"), password.replace(' ', "+"));
        let referer = format!("http://fleet.example/login?{from}");
        let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("referer", &referer)];
        let mut request = request(Method::POST, "/actions/log_in", &headers, &form);
        let proxy: SocketAddr = ([127, 0, 0, 1], 9).into();
        request.extensions_mut().insert(ConnectInfo(proxy));
        request.headers_mut().insert("x-forwarded-for", from.parse().unwrap());
        self.ask(request).await
    }

    /// The cookie of a logged-in operator.
    pub async fn cookie(&self) -> String {
        let page = self.log_in(PASSWORD, "192.0.2.1").await;
        page.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// The number of stored sessions.
    pub async fn sessions(&self) -> i64 {
        let count = sqlx::query_scalar("select count(*) from sessions");
        count.fetch_one(self.fleet.plane.registry().sessions()).await.unwrap()
    }
}

pub fn request(method: Method, path: &str, headers: &[(&str, &str)], form: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header("host", "fleet.example");
    if !form.is_empty() {
        request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("content-length", form.len());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(form.to_owned())).unwrap()
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The problem of an answer with this status.
    pub fn problem(&self, status: u16) -> Problem {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}
