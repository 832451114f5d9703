//! A program as client of the fleet's API.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::world::{GOOD, PATIENCE, World};

/// Runs a future to its end on this thread.
pub fn blocking<T>(future: impl Future<Output = T>) -> T {
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Polls until `check` returns a value; panics with what was expected.
pub fn until<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(value) = check() {
            return value;
        }
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::park_timeout(Duration::from_millis(30));
    }
}

impl World {
    /// Sends a request; returns status and body.
    pub fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let (token, url) = (self.token(), format!("http://127.0.0.1:{}/api/v1{path}", self.listen));
        blocking(async {
            let mut request = reqwest::Client::new().request(method.parse().unwrap(), url).bearer_auth(token);
            if let Some(body) = body {
                request = request.json(&body);
            }
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
        })
    }

    pub fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.ask("GET", path, None);
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// The body of a create with a valid schema.
    pub fn draft(&self, id: &str) -> Value {
        json!({
            "id": id, "hostname": format!("{id}.localhost"),
            "schema_ref": {"type": "git", "repo": self.portfolio.url, "path": GOOD, "ref": self.portfolio.good},
        })
    }

    /// Sends a command; returns its operation's id. An edit is made from the present generation.
    pub fn command(&mut self, method: &str, path: &str, mut body: Option<Value>) -> String {
        if let Some(body) = body.as_mut().filter(|_| method == "PATCH") {
            body["generation"] = self.get(path)["generation"].clone();
        }
        let (status, body) = self.ask(method, path, body);
        assert_eq!(status, 202, "{method} {path}: {body}");
        body["operation"]["id"].as_str().unwrap().to_owned()
    }

    /// Waits for the end of an operation and returns it.
    pub fn ended(&mut self, operation: &str) -> Value {
        until("the operation is over", || {
            let now = self.get(&format!("/operations/{operation}"));
            let over = !matches!(now["status"].as_str().unwrap(), "waiting" | "running");
            over.then_some(now)
        })
    }

    /// Sends a command and waits until it has succeeded.
    pub fn done(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        let operation = self.command(method, path, body);
        let ended = self.ended(&operation);
        assert_eq!(ended["status"], "succeeded", "{method} {path}: {ended:#}");
        ended
    }

    pub fn created(&mut self, id: &str) -> Value {
        let draft = self.draft(id);
        self.done("POST", "/projects", Some(draft))
    }

    pub fn project(&mut self, id: &str) -> Value {
        self.get(&format!("/projects/{id}"))
    }

    /// Waits for a status.
    pub fn has_status(&mut self, id: &str, status: &str) {
        until(&format!("{id} is {status}"), || (self.project(id)["status"] == status).then_some(()));
    }

    /// The root certificate of the gateway's internal CA.
    pub fn ca(&mut self) -> Vec<u8> {
        let (token, ca) = (self.token(), format!("http://127.0.0.1:{}/api/v1/gateway/ca", self.listen));
        blocking(async {
            let answer = reqwest::Client::new().get(ca).bearer_auth(token).send().await.unwrap();
            answer.bytes().await.unwrap().to_vec()
        })
    }

    /// The status of a request through the gateway, over HTTPS with a verified certificate.
    pub fn through_gateway(&mut self, host: &str, path: &str) -> Result<u16, String> {
        let ca = self.ca();
        self.through(&ca, host, path)
    }

    /// The same with a given root certificate.
    pub fn through(&self, ca: &[u8], host: &str, path: &str) -> Result<u16, String> {
        let (url, https) = (format!("https://{host}:{}{path}", self.https), self.https);
        blocking(async {
            let client = reqwest::Client::builder()
                .tls_certs_only([reqwest::Certificate::from_pem(ca).unwrap()])
                .resolve(host, ([127, 0, 0, 1], https).into())
                .build()
                .unwrap();
            let answer = client.get(url).send().await;
            answer.map(|answer| answer.status().as_u16()).map_err(|error| format!("{error:?}"))
        })
    }
}
