//! A fake server: scripted answers, recorded requests.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use futures::StreamExt;
use model::Problem;
use serde::Serialize;
use tokio::net::TcpListener;

/// One answer.
#[derive(Clone)]
pub struct Reply {
    status: u16,
    body: String,
    stays_open: bool,
}

impl Reply {
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        Self::text(status, &serde_json::to_string(value).unwrap())
    }

    pub fn text(status: u16, body: &str) -> Self {
        Self { status, body: body.into(), stays_open: false }
    }

    pub fn problem(problem: &Problem) -> Self {
        Self::json(problem.status, problem)
    }

    /// Keeps the connection open after the text.
    pub fn open(body: &str) -> Self {
        Self { stays_open: true, ..Self::text(200, body) }
    }
}

/// A recorded request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: String,
}

impl Asked {
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.uri.to_string().trim_start_matches("/api/v1"))
    }
}

#[derive(Default)]
struct Script {
    replies: HashMap<String, VecDeque<Reply>>,
    asked: Vec<Asked>,
}

/// The server; it ends with the test's runtime.
#[derive(Clone)]
pub struct Fake {
    pub url: String,
    script: Arc<Mutex<Script>>,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { url, script: Arc::default() };
        let router = Router::new().fallback(answer).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// The answers of `GET /projects/crm` and the like, in order; the last one is repeated.
    pub fn on(&self, request: &str, replies: impl IntoIterator<Item = Reply>) -> &Self {
        let replies = replies.into_iter().collect();
        self.script.lock().unwrap().replies.insert(request.into(), replies);
        self
    }

    pub fn knows(&self, request: &str) -> bool {
        self.script.lock().unwrap().replies.contains_key(request)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).collect()
    }

    pub fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|asked| *asked == line).count()
    }

    /// The JSON body of the only request with this request line.
    pub fn sent(&self, line: &str) -> serde_json::Value {
        let asked: Vec<Asked> = self.asked().into_iter().filter(|asked| asked.line() == line).collect();
        assert_eq!(asked.len(), 1, "{:?}", self.lines());
        serde_json::from_str(&asked[0].body).unwrap()
    }

    fn reply(&self, asked: Asked) -> Reply {
        let mut script = self.script.lock().unwrap();
        let line = asked.line();
        script.asked.push(asked);
        match script.replies.get_mut(&line) {
            Some(replies) if replies.len() > 1 => replies.pop_front().unwrap(),
            Some(replies) => replies[0].clone(),
            None => Reply::problem(&Problem::not_found(format_args!("answer to {line}"))),
        }
    }
}

async fn answer(
    State(fake): State<Fake>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response<Body> {
    let body = String::from_utf8(bytes.to_vec()).unwrap();
    let reply = fake.reply(Asked { method, uri, headers, body });
    let body = if reply.stays_open {
        let text = futures::stream::iter([Ok::<_, Infallible>(reply.body)]);
        Body::from_stream(text.chain(futures::stream::pending()))
    } else {
        Body::from(reply.body)
    };
    Response::builder().status(reply.status).body(body).unwrap()
}
