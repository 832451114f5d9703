//! A client of Caddy's admin API.
//!
//! One connection a request: the admin listener restarts with every change, so a kept one would be stale. Caddy 2.6
//! sends the `ETag` as a trailer; and on a unix socket it answers only requests whose `Host` is empty.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use control_plane::ports::gateway::GatewayError;
use http::header::{CONTENT_TYPE, ETAG, HOST, IF_MATCH};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use crate::connection::AbortOnDrop;
use crate::settings::AdminAddress;

const CONNECT: Duration = Duration::from_secs(3);
/// Loading a configuration of a thousand projects takes Caddy well under a second.
const ANSWER: Duration = Duration::from_secs(30);
/// The largest answer in bytes: the configuration of ten thousand projects is about a third of it.
const MAX_ANSWER: usize = 64 * 1024 * 1024;
/// How often a reading request is sent while the listener restarts, and the pause in between.
const READS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// The admin API of one Caddy.
#[derive(Debug, Clone)]
pub(crate) struct AdminClient {
    address: AdminAddress,
    /// Why nobody listens there, where whoever starts Caddy knows.
    absent: Arc<Mutex<Option<String>>>,
}

/// One request.
#[derive(Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) if_match: Option<&'a str>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: Bytes,
}

/// What came back, of any status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) etag: Option<String>,
    pub(crate) body: Bytes,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdminError {
    /// Nobody listens there, or not for us.
    #[error("{address} cannot be reached: {source}")]
    Connect { address: String, source: std::io::Error },
    /// Nobody listens there, for this reason.
    #[error("it does not run: {0}")]
    Absent(String),
    /// The connection ended before the answer did. The request may have been carried out.
    #[error("{address} broke off: {source}")]
    Lost { address: String, source: hyper::Error },
    /// The answer is larger than [`MAX_ANSWER`]. The request may have been carried out.
    #[error("{address} answered with more than {MAX_ANSWER} bytes")]
    TooLarge { address: String },
    /// The same, in silence.
    #[error("{address} did not answer within {within:?}")]
    Silent { address: String, within: Duration },
    /// The request could not be written.
    #[error("{address} is no address to ask: {source}")]
    Address { address: String, source: http::Error },
}

impl AdminError {
    /// Whether the request may have been carried out all the same.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self, Self::Lost { .. } | Self::TooLarge { .. } | Self::Silent { .. })
    }
}

/// The gateway's error for a failure of the admin API. `doing` names the task that failed.
pub(crate) fn away(doing: &'static str, error: &AdminError) -> GatewayError {
    GatewayError::Away { doing, reason: error.to_string() }
}

impl<'a> Ask<'a> {
    pub(crate) const fn new(method: Method, path: &'a str) -> Self {
        Self { method, path, if_match: None, content_type: None, body: Bytes::new() }
    }
}

impl Answer {
    /// The text of Caddy's `{"error": "..."}`, or whatever else it said.
    pub(crate) fn error(&self) -> String {
        let told = serde_json::from_slice::<Value>(&self.body).ok();
        let told = told.and_then(|answer| Some(answer.get("error")?.as_str()?.trim().to_owned()));
        told.unwrap_or_else(|| {
            let text = String::from_utf8_lossy(&self.body);
            format!("{} {}", self.status, text.trim().chars().take(300).collect::<String>())
        })
    }
}

impl AdminClient {
    pub(crate) fn new(address: AdminAddress) -> Self {
        Self { address, absent: Arc::default() }
    }

    /// What is said from now on instead of "cannot be reached".
    pub(crate) fn absent(&self, reason: Option<String>) {
        *self.absent.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// Reads a path.
    pub(crate) async fn get(&self, path: &str) -> Result<Answer, AdminError> {
        self.ask(Ask::new(Method::GET, path)).await
    }

    /// Sends what changes nothing. The listener restarts with every change, whoever makes it; what breaks off is asked
    /// again.
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Result<Answer, AdminError> {
        for _ in 1..READS {
            match self.send(ask.clone()).await {
                Err(AdminError::Lost { .. }) => tokio::time::sleep(PAUSE).await,
                result => return result,
            }
        }
        self.send(ask).await
    }

    /// Sends once: a change that broke off may have been made.
    pub(crate) async fn send(&self, ask: Ask<'_>) -> Result<Answer, AdminError> {
        match &self.address {
            AdminAddress::Tcp(authority) => {
                let stream = self.connected(TcpStream::connect(authority)).await?;
                self.exchange(stream, authority, ask).await
            }
            AdminAddress::Unix(path) => {
                let stream = self.connected(UnixStream::connect(path)).await?;
                self.exchange(stream, "", ask).await
            }
        }
    }

    async fn connected<S>(
        &self,
        connecting: impl Future<Output = std::io::Result<S>>,
    ) -> Result<S, AdminError> {
        let connected = tokio::time::timeout(CONNECT, connecting).await.map_err(|_| self.silent(CONNECT))?;
        connected.map_err(|source| {
            let reason = self.absent.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let unknown = || AdminError::Connect { address: self.address.to_string(), source };
            reason.map_or_else(unknown, AdminError::Absent)
        })
    }

    async fn exchange<S>(&self, stream: S, host: &str, ask: Ask<'_>) -> Result<Answer, AdminError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let request = request(host, ask)
            .map_err(|source| AdminError::Address { address: self.address.to_string(), source })?;
        let exchange = async {
            let lost = |source| AdminError::Lost { address: self.address.to_string(), source };
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
            let driver = AbortOnDrop(tokio::spawn(connection));
            let answer = self.collect(sender.send_request(request).await.map_err(lost)?).await;
            drop(driver);
            answer
        };
        tokio::time::timeout(ANSWER, exchange).await.map_err(|_| self.silent(ANSWER))?
    }

    async fn collect(&self, answer: http::Response<hyper::body::Incoming>) -> Result<Answer, AdminError> {
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(|error| {
            let address = self.address.to_string();
            match error.downcast::<hyper::Error>() {
                Ok(source) => AdminError::Lost { address, source: *source },
                Err(_) => AdminError::TooLarge { address },
            }
        })?;
        let etag = of(&head.headers).or_else(|| body.trailers().and_then(of));
        Ok(Answer { status: head.status, etag, body: body.to_bytes() })
    }

    fn silent(&self, within: Duration) -> AdminError {
        AdminError::Silent { address: self.address.to_string(), within }
    }
}

fn request(host: &str, ask: Ask<'_>) -> Result<Request<Full<Bytes>>, http::Error> {
    let mut request = Request::builder().method(ask.method).uri(ask.path).header(HOST, host);
    if let Some(etag) = ask.if_match {
        request = request.header(IF_MATCH, etag);
    }
    if let Some(kind) = ask.content_type {
        request = request.header(CONTENT_TYPE, kind);
    }
    request.body(Full::new(ask.body))
}

fn of(headers: &HeaderMap) -> Option<String> {
    Some(headers.get(ETAG)?.to_str().ok()?.to_owned())
}
