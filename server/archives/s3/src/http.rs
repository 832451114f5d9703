//! One request: with a limit on every pause and on the size of answers, and with typed errors.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use reqwest::header::RANGE;
use reqwest::redirect::Policy;
use reqwest::{Body, Client, Request, Response, Url};
use tokio::sync::Notify;
use tower_http::timeout::TimeoutBody;

use crate::patience::Patience;
use crate::refusal::{Meaning, Refusal};

/// The largest answer in bytes that is not the content of an object. A list of 1000 keys, the most that S3 gives at once, has
/// about half a megabyte.
const MOST: usize = 4 * 1024 * 1024;

/// The requests of both clients.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    stall: Duration,
}

#[derive(Debug, thiserror::Error)]
#[error("no byte within {} s", .0.as_secs())]
struct Stalled(Duration);

impl Http {
    /// The client has no time-out of its own for an answer: that would include the time to send a piece.
    pub fn new(patience: Patience) -> reqwest::Result<Self> {
        let client = Client::builder().connect_timeout(patience.connect).redirect(Policy::none()).build()?;
        Ok(Self { client, stall: patience.stall })
    }

    /// The answer to a request, once its head is there.
    async fn send(&self, request: HttpRequest) -> Result<Response, HttpError> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string())
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let mut request = Request::new(head.method, url);
        *request.headers_mut() = head.headers;
        let progress = Arc::new(Notify::new());
        *request.body_mut() = Some(watched(body, Arc::clone(&progress)));
        tokio::select! {
            answer = self.client.execute(request) => answer.map_err(|error| passing(error.without_url())),
            () = stalled(&progress, self.stall) => Err(passing(Stalled(self.stall))),
        }
    }

    /// The whole body of an answer.
    async fn collect(&self, answer: Response) -> Result<Bytes, HttpError> {
        let body = Limited::new(TimeoutBody::new(self.stall, Body::from(answer)), MOST);
        let collected = body.collect().await;
        Ok(collected.map_err(|error| HttpError::new_boxed(HttpErrorKind::Request, error))?.to_bytes())
    }
}

#[async_trait]
impl HttpService for Http {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let is_content = request.headers().contains_key(RANGE);
        let answer = self.send(request).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = if is_content && status.is_success() {
            let kind = HttpErrorKind::Interrupted;
            let body = TimeoutBody::new(self.stall, Body::from(answer));
            HttpResponseBody::new(body.map_err(move |error| HttpError::new_boxed(kind, error)))
        } else {
            let body = self.collect(answer).await?;
            if !status.is_success() {
                return Err(refused(Refusal::new(status.as_u16(), &String::from_utf8_lossy(&body))));
            }
            body.into()
        };
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl HttpConnector for Http {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// Announces every piece that leaves. Its length is in the headers.
fn watched(body: HttpRequestBody, progress: Arc<Notify>) -> Body {
    match body.as_bytes() {
        Some(bytes) => bytes.clone().into(),
        None => Body::wrap(body.map_frame(move |frame| {
            progress.notify_one();
            frame
        })),
    }
}

/// Returns when nothing was announced for so long.
async fn stalled(progress: &Notify, longest: Duration) {
    while tokio::time::timeout(longest, progress.notified()).await.is_ok() {}
}

/// Every request of ours can be repeated, so every failure of a connection is retried.
fn passing(error: impl StdError + Send + Sync + 'static) -> HttpError {
    HttpError::new(HttpErrorKind::Request, error)
}

/// A refusal as an error, so that its code reaches `fault.rs`. The client retries those that pass.
fn refused(refusal: Refusal) -> HttpError {
    let kind = match refusal.meaning() {
        Meaning::Passing => HttpErrorKind::Request,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, refusal)
}
