//! The faults, and how a call meets them.

use std::convert::Infallible;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Body as _, Frame, Incoming};
use hyper::header::CONTENT_LENGTH;
use hyper::{Request, Response, StatusCode};

use crate::{Front, Service};

/// How long a call hangs.
const HANG: Duration = Duration::from_secs(600);

/// What happens to a request instead of an answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// This status and text; nothing was done.
    Answer(u16, String),
    /// No answer, for as long as the client waits; nothing was done.
    Hang,
    /// The connection ends after the request was received; nothing was done.
    Cut,
    /// The connection ends; it was done.
    CutAfterwards,
    /// The connection ends after this number of bytes of the request's body; nothing was done.
    CutRequest(usize),
    /// The request's body is received as slowly as this in all, without a pause that is noticed; then it is answered.
    SlowRequest(Duration),
    /// The connection ends after this number of bytes of the answer's body.
    CutAnswer(usize),
}

/// Ends the connection.
#[derive(Debug)]
pub(crate) struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut")
    }
}

impl std::error::Error for Cut {}

type Body = BoxBody<Bytes, Cut>;

impl<S: Service> Front<S> {
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Cut> {
        let (head, body) = request.into_parts();
        let action = self.service.action(&head);
        let (number, fault) = self.note(&action, &head);
        let body = match fault {
            Some(Fault::CutRequest(most)) => receive(body, most, Duration::ZERO).await?,
            Some(Fault::SlowRequest(all)) => receive(body, usize::MAX, all).await?,
            _ => receive(body, usize::MAX, Duration::ZERO).await?,
        };
        self.received(number, &body);
        let request = Request::from_parts(head, body);
        match fault {
            None | Some(Fault::SlowRequest(_)) => Ok(whole(self.service.pass(&action, request).await)),
            Some(Fault::Answer(status, text)) => {
                let mut answer = Response::new(text.into());
                *answer.status_mut() = StatusCode::from_u16(status).map_err(|_| Cut)?;
                Ok(whole(answer))
            }
            Some(Fault::Hang) => {
                tokio::time::sleep(HANG).await;
                Err(Cut)
            }
            Some(Fault::CutAfterwards) => {
                self.service.pass(&action, request).await;
                Err(Cut)
            }
            Some(Fault::CutAnswer(bytes)) => Ok(beginning(self.service.pass(&action, request).await, bytes)),
            Some(Fault::Cut | Fault::CutRequest(_)) => Err(Cut),
        }
    }
}

/// A body, or its beginning of `most` bytes, in this time.
async fn receive(mut body: Incoming, most: usize, all: Duration) -> Result<Bytes, Cut> {
    let length = body.size_hint().exact().unwrap_or(1).max(1);
    let mut received = BytesMut::new();
    while received.len() < most {
        let Some(frame) = body.frame().await else { break };
        if let Ok(bytes) = frame.map_err(|_| Cut)?.into_data() {
            received.extend_from_slice(&bytes);
            let share = all.as_millis() * bytes.len() as u128 / u128::from(length);
            tokio::time::sleep(Duration::from_millis(u64::try_from(share).map_err(|_| Cut)?)).await;
        }
    }
    Ok(received.freeze())
}

fn whole(answer: Response<Bytes>) -> Response<Body> {
    answer.map(|body| Full::new(body).map_err(|never: Infallible| match never {}).boxed())
}

/// The whole length is announced, and the connection ends earlier.
fn beginning(mut answer: Response<Bytes>, most: usize) -> Response<Body> {
    let length = answer.body().len();
    answer.headers_mut().insert(CONTENT_LENGTH, length.into());
    answer.map(|body| {
        let sent = stream::iter([Ok(Frame::data(body.slice(..most.min(length))))]);
        // later, so that what was sent reaches the client before the connection ends
        let cut = stream::once(async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Err(Cut)
        });
        BoxBody::new(StreamBody::new(sent.chain(cut)))
    })
}
