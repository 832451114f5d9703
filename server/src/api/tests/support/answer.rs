//! The answer to a request of a test.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use model::Problem;
use serde::de::DeserializeOwned;

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body of an answer that must have this status.
    pub fn ok(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The problem of a refusal with this status.
    pub fn problem(&self, status: u16) -> Problem {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem: Problem = self.json();
        assert_eq!(problem.status, status);
        problem
    }

    /// The wrong fields of a refusal with this status, in order of their names.
    pub fn fields(&self, status: u16) -> Vec<String> {
        let mut fields: Vec<String> =
            self.problem(status).errors.into_iter().map(|error| error.field).collect();
        fields.sort();
        fields
    }
}
