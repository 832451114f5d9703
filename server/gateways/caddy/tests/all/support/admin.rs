//! Somebody else at the same admin API.

use std::time::Duration;

use control_plane::ports::gateway::Gateway as _;
use gateway_caddy::AdminAddress;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::Instant;

use super::Fixture;
use super::client::Failed;

/// One request; the status and the body. The listener restarts with every change: what broke off is sent again.
pub async fn send(admin: &AdminAddress, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match try_send(admin, method.clone(), path, body).await {
            Ok(answer) => return answer,
            Err(error) => assert!(Instant::now() < deadline, "{path}: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn try_send(
    admin: &AdminAddress,
    method: Method,
    path: &str,
    body: &Value,
) -> Result<(u16, Value), Failed> {
    let AdminAddress::Unix(socket) = admin else { panic!("a test's Caddy has its admin API on a socket") };
    let stream = UnixStream::connect(socket).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "")
        .header("content-type", "application/json");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = sender.send_request(request.body(Full::new(bytes::Bytes::from(body)))?).await?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await?.to_bytes();
    driver.abort();
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}

/// What stands in `apps` before us: a server, a TLS policy with its name, an authority with its own display name.
fn theirs(fixture: &Fixture) -> Value {
    json!({
        "http": { "servers": { "theirs": {
            "listen": [fixture.foreign.to_string()],
            "routes": [{ "handle": [{ "handler": "static_response", "body": "theirs" }] }],
        } } },
        "tls": {
            "automation": { "policies": [
                { "subjects": ["theirs.example.test"], "issuers": [{ "module": "internal" }] },
            ] },
            "certificates": { "automate": ["theirs.example.test"] },
        },
        "pki": { "certificate_authorities": { "local": { "name": "House", "install_trust": false } } },
    })
}

pub async fn plant(fixture: &Fixture) {
    let (status, said) = send(&fixture.admin, Method::POST, "/config/apps", &theirs(fixture)).await;
    assert_eq!(status, 200, "{said}");
}

pub async fn is_intact(fixture: &Fixture) -> bool {
    let (_, mut apps) = send(&fixture.admin, Method::GET, "/config/apps", &Value::Null).await;
    let routes = fixture.gateway.read_back().await.unwrap();
    let ours = apps["tls"]["automation"]["policies"]
        .as_array()
        .unwrap()
        .iter()
        .any(|policy| policy["@id"] == "atomo_tls");
    assert_eq!(
        ours,
        routes.values().any(|route| !route.hosts.is_empty()),
        "our policy stands with our names"
    );
    for server in ["atomo_http", "atomo_https"] {
        apps["http"]["servers"].as_object_mut().unwrap().remove(server);
    }
    apps["tls"]["automation"]["policies"]
        .as_array_mut()
        .unwrap()
        .retain(|policy| policy["@id"] != "atomo_tls");
    let is_ours =
        |name: &Value| routes.values().flat_map(|route| &route.hosts).any(|host| name == host.as_str());
    apps["tls"]["certificates"]["automate"].as_array_mut().unwrap().retain(|name| !is_ours(name));
    apps == theirs(fixture) && works(fixture).await
}

async fn works(fixture: &Fixture) -> bool {
    let mut stream = TcpStream::connect(fixture.foreign).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: theirs\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.ends_with("theirs")
}
