//! Stands before moto: makes faults, is as strict as AWS where moto is not, and remembers what was asked.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// What happens to a request instead of an answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// An error of the service: its code and what it says.
    Code(&'static str, String),
    /// This answer, whatever was asked.
    Answer(u16, String),
    /// No answer, for as long as the client waits.
    Hang,
    /// The connection ends; nothing was done.
    Cut,
    /// The connection ends; it was done.
    CutAfterwards,
}

impl Fault {
    pub fn throttle() -> Self {
        Self::Code("ThrottlingException", "Rate exceeded".into())
    }
}

#[derive(Default)]
struct State {
    faults: VecDeque<(&'static str, Fault)>,
    asked: Vec<(String, Value)>,
    writing: BTreeSet<String>,
    is_busy: bool,
}

/// A proxy that lives as long as this.
pub struct Proxy {
    url: String,
    state: Arc<Mutex<State>>,
    task: AbortHandle,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub async fn start(moto: &str, account: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let door = Arc::new(Door {
            moto: moto.trim_start_matches("http://").trim_end_matches('/').to_owned(),
            account,
            state: Arc::clone(&state),
            turn: tokio::sync::Mutex::new(()),
        });
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let door = Arc::clone(&door);
                let service = service_fn(move |request| {
                    let door = Arc::clone(&door);
                    async move { door.answer(request).await }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        Self { url, state, task: serving.abort_handle() }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next so many calls of an action fail so.
    pub fn fail(&self, action: &'static str, times: usize, fault: &Fault) {
        let faults = std::iter::repeat_n((action, fault.clone()), times);
        self.state.lock().unwrap().faults.extend(faults);
    }

    /// No call fails any more.
    pub fn heal(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// From now on two writes of one parameter at once are refused, as AWS does.
    pub fn refuse_two_writers(&self) {
        self.state.lock().unwrap().is_busy = true;
    }

    /// What was asked of an action.
    pub fn asked(&self, action: &str) -> Vec<Value> {
        let state = self.state.lock().unwrap();
        state.asked.iter().filter(|(seen, _)| seen == action).map(|(_, body)| body.clone()).collect()
    }

    /// The rights that all calls so far take.
    pub fn actions(&self) -> BTreeSet<String> {
        let state = self.state.lock().unwrap();
        state.asked.iter().map(|(action, _)| format!("ssm:{action}")).collect()
    }

    /// Asks moto behind everybody's back.
    pub async fn behind(&self, action: &str, body: Value) {
        let request = Request::post("/")
            .header("x-amz-target", format!("AmazonSSM.{action}"))
            .header(CONTENT_TYPE, "application/x-amz-json-1.1")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=t/20260101/eu-central-1/ssm/aws4_request")
            .header("x-behind", "yes")
            .body(Full::new(Bytes::from(body.to_string())))
            .unwrap();
        let answer = send(self.url.trim_start_matches("http://"), request).await;
        assert!(answer.status().is_success(), "{answer:?}");
    }
}

/// What every connection needs.
struct Door {
    moto: String,
    account: String,
    state: Arc<Mutex<State>>,
    turn: tokio::sync::Mutex<()>,
}

/// Ends the connection.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut")
    }
}

impl std::error::Error for Cut {}

impl Door {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
        let target = head.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
        let action =
            target.and_then(|target| target.strip_prefix("AmazonSSM.")).unwrap_or_default().to_owned();
        let is_behind = head.headers.contains_key("x-behind");
        let fault = if is_behind { None } else { self.note(&action, &asked) };
        let request = Request::from_parts(head, Full::new(body));
        match fault {
            None => Ok(self.pass(&action, &asked, request).await),
            Some(Fault::Code(code, message)) => Ok(refusal(code, &message)),
            Some(Fault::Answer(status, text)) => Ok(with_status(status, text)),
            Some(Fault::Hang) => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                Err(Cut)
            }
            Some(Fault::Cut) => Err(Cut),
            Some(Fault::CutAfterwards) => {
                self.pass(&action, &asked, request).await;
                Err(Cut)
            }
        }
    }

    /// Remembers a call; how it fails, if it does.
    fn note(&self, action: &str, asked: &Value) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        state.asked.push((action.to_owned(), asked.clone()));
        let at = state.faults.iter().position(|(failing, _)| *failing == action)?;
        state.faults.remove(at).map(|(_, fault)| fault)
    }

    async fn pass(
        &self,
        action: &str,
        asked: &Value,
        mut request: Request<Full<Bytes>>,
    ) -> Response<Full<Bytes>> {
        let account = HeaderValue::from_str(&self.account).unwrap();
        request.headers_mut().insert(HeaderName::from_static("x-moto-account-id"), account);
        if action != "PutParameter" {
            return send(&self.moto, request).await;
        }
        if let Some(refused) = objection(asked) {
            return refused;
        }
        let name = asked["Name"].as_str().unwrap_or_default().to_owned();
        let is_busy = {
            let mut state = self.state.lock().unwrap();
            !state.writing.insert(name.clone()) && state.is_busy
        };
        if is_busy {
            return refusal("TooManyUpdates", "There are concurrent updates for a resource");
        }
        let _turn = self.turn.lock().await; // moto's own threads would give two writers one version
        let answer = send(&self.moto, request).await;
        self.state.lock().unwrap().writing.remove(&name);
        answer
    }
}

/// What AWS refuses and moto takes. AWS quotes the value.
fn objection(asked: &Value) -> Option<Response<Full<Bytes>>> {
    let value = asked["Value"].as_str().unwrap_or_default();
    let most = if asked["Tier"] == "Standard" { 4096 } else { 8192 };
    let is_accepted =
        !value.is_empty() && value.len() <= most && !value.contains("{{") && !value.contains('\0');
    (!is_accepted)
        .then(|| refusal("ValidationException", &format!("Value '{value}' at 'value' is not accepted")))
}

fn refusal(code: &str, message: &str) -> Response<Full<Bytes>> {
    with_status(400, json!({"__type": code, "message": message}).to_string())
}

fn with_status(status: u16, text: String) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    answer
}

async fn send(address: &str, request: Request<Full<Bytes>>) -> Response<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut answer = Response::from_parts(head, Full::new(body));
    answer.headers_mut().remove(hyper::header::TRANSFER_ENCODING);
    answer
}
