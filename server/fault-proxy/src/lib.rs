//! A proxy for tests: stands before an HTTP service, makes faults, and remembers what was asked.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test's own tools fail by panicking")]

use std::collections::{BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::TRANSFER_ENCODING;
use hyper::http::request::Parts;
use hyper::http::response::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::AbortHandle;

mod faults;

pub use faults::Fault;

/// What the kernel receives ahead, in bytes: little, so that a slow proxy is slow for its client.
const RECEIVED: u32 = 256 * 1024;

/// The service behind a proxy.
#[async_trait]
pub trait Service: Send + Sync + 'static {
    /// The action that a request asks for, by its head.
    fn action(&self, head: &Parts) -> String;

    /// The answer to a request without a fault. [`send`] passes it on.
    async fn pass(&self, action: &str, request: Request<Bytes>) -> Response<Bytes>;
}

/// A request that reached the proxy.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its action.
    pub action: String,
    /// Its path and query.
    pub target: String,
    /// Its body, as far as it was received.
    pub body: Bytes,
}

#[derive(Default)]
struct State {
    faults: VecDeque<(&'static str, Fault)>,
    calls: Vec<Call>,
}

/// What every connection needs.
struct Front<S> {
    service: S,
    state: Mutex<State>,
}

/// A proxy that lives as long as this.
pub struct Proxy<S> {
    url: String,
    front: Arc<Front<S>>,
    task: AbortHandle,
}

impl<S> Drop for Proxy<S> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<S: Service> Proxy<S> {
    /// Listens on a port of its own.
    pub fn start(service: S) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(RECEIVED).unwrap();
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let listener = socket.listen(1024).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let front = Arc::new(Front { service, state: Mutex::default() });
        let accepting = Arc::clone(&front);
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let front = Arc::clone(&accepting);
                let service = service_fn(move |request| {
                    let front = Arc::clone(&front);
                    async move { front.answer(request).await }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        Self { url, front, task: serving.abort_handle() }
    }

    /// Its address, without a path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The service behind it.
    pub fn service(&self) -> &S {
        &self.front.service
    }

    /// Gives the next `times` calls of an action this fault.
    pub fn fail(&self, action: &'static str, times: usize, fault: &Fault) {
        let faults = std::iter::repeat_n((action, fault.clone()), times);
        self.front.state.lock().unwrap().faults.extend(faults);
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.front.state.lock().unwrap().faults.clear();
    }

    /// The calls of an action, the failed ones included.
    pub fn calls(&self, action: &str) -> Vec<Call> {
        let state = self.front.state.lock().unwrap();
        state.calls.iter().filter(|call| call.action == action).cloned().collect()
    }

    /// All actions that were called.
    pub fn actions(&self) -> BTreeSet<String> {
        self.front.state.lock().unwrap().calls.iter().map(|call| call.action.clone()).collect()
    }

    /// Asks the service directly: without a fault, and without being remembered.
    pub async fn behind(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let action = self.front.service.action(&head);
        self.front.service.pass(&action, Request::from_parts(head, body)).await
    }
}

impl<S> Front<S> {
    /// Remembers a call before its body is received; how it fails, if it does.
    fn note(&self, action: &str, head: &Parts) -> (usize, Option<Fault>) {
        let mut state = self.state.lock().unwrap();
        let target = head.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        state.calls.push(Call { action: action.to_owned(), target, body: Bytes::new() });
        let number = state.calls.len() - 1;
        let at = state.faults.iter().position(|(failing, _)| *failing == action);
        (number, at.and_then(|at| state.faults.remove(at)).map(|(_, fault)| fault))
    }

    fn received(&self, number: usize, body: &Bytes) {
        self.state.lock().unwrap().calls[number].body = body.clone();
    }
}

/// An answer with this status and text.
pub fn answer(builder: Builder, text: impl Into<Bytes>) -> Response<Bytes> {
    builder.body(text.into()).unwrap()
}

/// Passes a request on to `address`, which is a host with a port.
pub async fn send(address: &str, request: Request<Bytes>) -> Response<Bytes> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request.map(Full::new)).await.unwrap().into_parts();
    let mut answer = Response::from_parts(head, body.collect().await.unwrap().to_bytes());
    answer.headers_mut().remove(TRANSFER_ENCODING);
    answer
}
