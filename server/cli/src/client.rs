//! The HTTP client. Answers are typed and keep their original bytes.
//!
//! Invariants: the token is sent only to the server that it belongs to (redirects are not followed), and an id cannot
//! change the path: every part of a path is one percent-encoded segment.

mod answer;
pub mod server_url;
mod stream;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use answer::{Accepted, Answer};
pub use server_url::{Path, ServerUrl};
pub use stream::Lines;

use crate::failure::Failure;

/// Time-out of an answer. The server resolves a commit for up to 10 s before it answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Interval of TCP keepalives, which detect a dead peer on an idle connection.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// The server and the caller's token. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    server: ServerUrl,
    http: reqwest::Client,
    patience: Duration,
}

impl Client {
    /// The address of the server, without a slash at its end.
    pub const fn server(&self) -> &ServerUrl {
        &self.server
    }

    /// Creates a client without sending anything. Without a token only the log-in works.
    pub fn new(server: ServerUrl, token: Option<SecretString>) -> Result<Self, Failure> {
        // an error means that a provider is installed already
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

    /// `GET` with a JSON answer.
    pub async fn get<T: DeserializeOwned>(&self, path: &Path<'_>) -> Result<Answer<T>, Failure> {
        self.read(self.request(Method::GET, path).send().await).await
    }

    /// `GET` with a text answer.
    pub async fn text(&self, path: &Path<'_>) -> Result<String, Failure> {
        let response = self.accepted(self.request(Method::GET, path).send().await).await?;
        response.text().await.map_err(|source| self.away(source))
    }

    /// `POST` without a body.
    pub async fn post<T: DeserializeOwned>(&self, path: &Path<'_>) -> Result<Answer<T>, Failure> {
        self.read(self.request(Method::POST, path).send().await).await
    }

    /// `POST`, `PUT` or `PATCH` with a JSON body.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &Path<'_>,
        body: &impl Serialize,
    ) -> Result<Answer<T>, Failure> {
        self.read(self.request(method, path).json(body).send().await).await
    }

    /// `POST` with an idempotency key. If the connection breaks before the answer, the request is repeated under the
    /// same key.
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

    /// `POST` of a file, sent as it is read. Has no time limit: the server ends one that is silent.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &Path<'_>,
        file: tokio::fs::File,
    ) -> Result<Answer<T>, Failure> {
        let length = file.metadata().await?.len();
        let body = reqwest::Body::wrap_stream(tokio_util::io::ReaderStream::new(file));
        let request = self.http.post(self.server.url(path)).header("content-type", "application/x-tar");
        self.read(request.header("content-length", length).body(body).send().await).await
    }

    /// `DELETE` with a JSON answer.
    pub async fn delete<T: DeserializeOwned>(&self, path: &Path<'_>) -> Result<Answer<T>, Failure> {
        self.read(self.request(Method::DELETE, path).send().await).await
    }

    /// `DELETE` without an answer.
    pub async fn remove(&self, path: &Path<'_>) -> Result<(), Failure> {
        self.accepted(self.request(Method::DELETE, path).send().await).await.map(drop)
    }

    /// Opens an answer that is read line by line. Fails after `silence` without data.
    pub async fn lines(&self, path: &Path<'_>, silence: Option<Duration>) -> Result<Lines, Failure> {
        let request = self.http.get(self.server.url(path));
        let response = tokio::time::timeout(self.patience, request.send()).await;
        match response {
            Ok(sent) => Ok(Lines::new(self.accepted(sent).await?, self.server.to_string(), silence)),
            Err(_) => Err(self.silent()),
        }
    }

    /// `GET` whose answer is passed on as it arrives. Fails if the server ends it early, or sends nothing for the time-out of an
    /// answer.
    pub async fn copy(
        &self,
        path: &Path<'_>,
        mut write: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let request = self.http.get(self.server.url(path)).send();
        let sent = tokio::time::timeout(self.patience, request).await.map_err(|_| self.silent())?;
        let mut response = self.accepted(sent).await?;
        loop {
            let chunk = tokio::time::timeout(self.patience, response.chunk()).await;
            match chunk.map_err(|_| self.silent())?.map_err(|source| self.away(source))? {
                Some(bytes) => write(&bytes)?,
                None => return Ok(()),
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
        // the request's URL is omitted: the server's address is enough
        Failure::Unreachable { server: self.server.to_string(), source: source.without_url() }
    }

    fn silent(&self) -> Failure {
        Failure::Silent { server: self.server.to_string(), seconds: self.patience.as_secs() }
    }

    fn not_understood(&self, status: u16, fault: impl Into<String>) -> Failure {
        Failure::NotUnderstood { server: self.server.to_string(), status, fault: fault.into() }
    }
}

fn headers(token: Option<SecretString>) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| Failure::Usage("The token contains invalid characters.".into()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests;
