//! The HTTP API, as typed answers that keep their bytes.
//!
//! Invariants: the token goes only into the `Authorization` header of the server that it belongs to (redirects are
//! not followed), and an id can never become another path: every part of a path is one percent-encoded segment.

mod answer;
mod server;
mod stream;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use answer::{Accepted, Answer};
pub use server::{Path, Server};
pub use stream::Lines;

use crate::failure::Failure;

/// Longer than the 10 s in which the server resolves a commit before it answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A connection whose other end is gone is noticed, also when nothing is sent over it.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// The server, with the caller's token. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    server: Server,
    http: reqwest::Client,
    patience: Duration,
}

impl Client {
    /// A client; nothing is sent. Without a token only a login is answered.
    pub fn new(server: Server, token: Option<SecretString>) -> Result<Self, Failure> {
        // An error says that a provider is there already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("atomoctl/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers(token)?)
            .redirect(Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .tcp_keepalive(KEEPALIVE);
        if server.is_plain() {
            builder = builder.tls_certs_only([]);
        }
        if server.is_loopback() {
            builder = builder.no_proxy();
        }
        let http =
            builder.build().map_err(|source| Failure::Unreachable { server: server.to_string(), source })?;
        Ok(Self { server, http, patience: ANSWER_WITHIN })
    }

    /// Reads.
    pub async fn get<T: DeserializeOwned>(&self, path: &Path<'_>) -> Result<Answer<T>, Failure> {
        self.read(self.request(Method::GET, path).send().await).await
    }

    /// Reads a text that is not JSON.
    pub async fn text(&self, path: &Path<'_>) -> Result<String, Failure> {
        let response = self.accepted(self.request(Method::GET, path).send().await).await?;
        response.text().await.map_err(|source| self.away(source))
    }

    /// Asks for something that needs no further words.
    pub async fn post<T: DeserializeOwned>(&self, path: &Path<'_>) -> Result<Answer<T>, Failure> {
        self.read(self.request(Method::POST, path).send().await).await
    }

    /// Sends a document with `POST`, `PUT` or `PATCH`.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &Path<'_>,
        body: &impl Serialize,
    ) -> Result<Answer<T>, Failure> {
        self.read(self.request(method, path).json(body).send().await).await
    }

    /// Sends a document so that it is acted upon once: when the connection breaks before the answer, it is sent
    /// again under the same key.
    pub async fn post_once<T: DeserializeOwned>(
        &self,
        path: &Path<'_>,
        body: &impl Serialize,
    ) -> Result<Answer<T>, Failure> {
        let key = uuid::Uuid::new_v4().to_string();
        let request = || self.request(Method::POST, path).header("Idempotency-Key", &key).json(body).send();
        match request().await {
            Err(error) if !error.is_connect() && !error.is_timeout() => self.read(request().await).await,
            sent => self.read(sent).await,
        }
    }

    /// Removes, and reads what came of it.
    pub async fn delete<T: DeserializeOwned>(&self, path: &Path<'_>) -> Result<Answer<T>, Failure> {
        self.read(self.request(Method::DELETE, path).send().await).await
    }

    /// Removes what leaves nothing to tell.
    pub async fn remove(&self, path: &Path<'_>) -> Result<(), Failure> {
        self.accepted(self.request(Method::DELETE, path).send().await).await.map(drop)
    }

    /// Opens an answer that is read line by line, for as long as it lasts. `silence` ends a connection over which
    /// nothing came for so long.
    pub async fn lines(&self, path: &Path<'_>, silence: Option<Duration>) -> Result<Lines, Failure> {
        let request = self.http.get(self.server.url(path));
        let response = tokio::time::timeout(self.patience, request.send()).await;
        match response {
            Ok(sent) => Ok(Lines::new(self.accepted(sent).await?, self.server.to_string(), silence)),
            Err(_) => {
                Err(Failure::Silent { server: self.server.to_string(), seconds: self.patience.as_secs() })
            }
        }
    }

    fn request(&self, method: Method, path: &Path<'_>) -> RequestBuilder {
        self.http.request(method, self.server.url(path)).timeout(self.patience)
    }

    async fn read<T: DeserializeOwned>(&self, sent: reqwest::Result<Response>) -> Result<Answer<T>, Failure> {
        let response = self.accepted(sent).await?;
        let status = response.status().as_u16();
        let body = response.text().await.map_err(|source| self.away(source))?;
        match serde_json::from_str(&body) {
            Ok(value) => Ok(Answer { body, value }),
            Err(fault) => Err(self.not_understood(status, fault.to_string())),
        }
    }

    async fn accepted(&self, sent: reqwest::Result<Response>) -> Result<Response, Failure> {
        let response = sent.map_err(|source| self.away(source))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = response.text().await.map_err(|source| self.away(source))?;
        match serde_json::from_str(&body) {
            Ok(problem) => Err(Failure::Refused(problem)),
            Err(_) => Err(self.not_understood(status.as_u16(), "not a problem of the API")),
        }
    }

    fn away(&self, source: reqwest::Error) -> Failure {
        // The address of the request is left out: the server's own is enough for a person.
        Failure::Unreachable { server: self.server.to_string(), source: source.without_url() }
    }

    fn not_understood(&self, status: u16, fault: impl Into<String>) -> Failure {
        Failure::NotUnderstood { server: self.server.to_string(), status, fault: fault.into() }
    }
}

fn headers(token: Option<SecretString>) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| Failure::Usage("The token holds characters that no token has.".into()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests;
