//! Stands before moto: makes faults, is as strict as AWS where moto is not, and remembers what was asked.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use fault_proxy::{Fault, Service, send};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use serde_json::{Value, json};

const JSON: &str = "application/x-amz-json-1.1";
const WHO: &str = "AWS4-HMAC-SHA256 Credential=t/20260101/eu-central-1/ssm/aws4_request";

/// An error of the service: its code and what it says.
pub fn code(code: &str, message: &str) -> Fault {
    Fault::Answer(400, refusal(code, message))
}

pub fn throttle() -> Fault {
    code("ThrottlingException", "Rate exceeded")
}

/// A proxy that lives as long as this.
pub struct Proxy(fault_proxy::Proxy<Moto>);

impl Proxy {
    pub fn start(moto: &str, account: String) -> Self {
        let moto = Moto {
            address: moto.trim_start_matches("http://").trim_end_matches('/').to_owned(),
            account,
            writing: Mutex::default(),
            is_strict: AtomicBool::new(false),
            turn: tokio::sync::Mutex::new(()),
        };
        Self(fault_proxy::Proxy::start(moto))
    }

    pub fn url(&self) -> &str {
        self.0.url()
    }

    /// The next so many calls of an action fail so.
    pub fn fail(&self, action: &'static str, times: usize, fault: &Fault) {
        self.0.fail(action, times, fault);
    }

    /// No call fails any more.
    pub fn heal(&self) {
        self.0.heal();
    }

    /// From now on two writes of one parameter at once are refused, as AWS does.
    pub fn refuse_two_writers(&self) {
        self.0.service().is_strict.store(true, Ordering::SeqCst);
    }

    /// What was asked of an action.
    pub fn asked(&self, action: &str) -> Vec<Value> {
        let calls = self.0.calls(action);
        calls.iter().map(|call| serde_json::from_slice(&call.body).unwrap_or_default()).collect()
    }

    /// The rights that all calls so far take.
    pub fn actions(&self) -> BTreeSet<String> {
        self.0.actions().iter().map(|action| format!("ssm:{action}")).collect()
    }

    /// Asks moto behind everybody's back.
    pub async fn behind(&self, action: &str, body: Value) {
        let request = Request::post("/")
            .header("x-amz-target", format!("AmazonSSM.{action}"))
            .header(CONTENT_TYPE, JSON)
            .header("authorization", WHO)
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let answer = self.0.behind(request).await;
        assert!(answer.status().is_success(), "{answer:?}");
    }
}

/// The moto of the tests, with an account of its own.
struct Moto {
    address: String,
    account: String,
    writing: Mutex<BTreeSet<String>>,
    is_strict: AtomicBool,
    turn: tokio::sync::Mutex<()>,
}

#[async_trait::async_trait]
impl Service for Moto {
    fn action(&self, head: &Parts) -> String {
        let target = head.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
        target.and_then(|target| target.strip_prefix("AmazonSSM.")).unwrap_or_default().to_owned()
    }

    async fn pass(&self, action: &str, mut request: Request<Bytes>) -> Response<Bytes> {
        let account = HeaderValue::from_str(&self.account).unwrap();
        request.headers_mut().insert(HeaderName::from_static("x-moto-account-id"), account);
        if action != "PutParameter" {
            return send(&self.address, request).await;
        }
        let asked: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        if let Some(objection) = objection(&asked) {
            return refused(objection);
        }
        let name = asked["Name"].as_str().unwrap_or_default().to_owned();
        let is_first = self.writing.lock().unwrap().insert(name.clone());
        if !is_first && self.is_strict.load(Ordering::SeqCst) {
            return refused(refusal("TooManyUpdates", "There are concurrent updates for a resource"));
        }
        let _turn = self.turn.lock().await; // moto's own threads would give two writers one version
        let answer = send(&self.address, request).await;
        self.writing.lock().unwrap().remove(&name);
        answer
    }
}

/// What AWS refuses and moto takes. AWS quotes the value.
fn objection(asked: &Value) -> Option<String> {
    let value = asked["Value"].as_str().unwrap_or_default();
    let most = if asked["Tier"] == "Standard" { 4096 } else { 8192 };
    let is_accepted =
        !value.is_empty() && value.len() <= most && !value.contains("{{") && !value.contains('\0');
    (!is_accepted)
        .then(|| refusal("ValidationException", &format!("Value '{value}' at 'value' is not accepted")))
}

fn refusal(code: &str, message: &str) -> String {
    json!({"__type": code, "message": message}).to_string()
}

fn refused(text: String) -> Response<Bytes> {
    let mut answer = Response::new(text.into());
    *answer.status_mut() = StatusCode::BAD_REQUEST;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    answer
}
