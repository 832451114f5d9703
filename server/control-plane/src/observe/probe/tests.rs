//! What a prober makes of an instance that answers as it likes.

use std::net::SocketAddr;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// Longer than any of these tests takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// An instance that answers every request with this head, and then with `body` for as long as the peer reads.
async fn instance(answer: impl Fn(&str) -> (String, Vec<u8>, Body) + Send + Sync + 'static) -> SocketAddr {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move { serve(stream, &*answer).await });
        }
    });
    address
}

/// Whether the body ends.
enum Body {
    Whole,
    Endless,
}

async fn serve(mut stream: TcpStream, answer: &(impl Fn(&str) -> (String, Vec<u8>, Body) + Sync)) {
    let mut request = vec![0; 4096];
    let read = stream.read(&mut request).await.unwrap_or_default();
    let request = String::from_utf8_lossy(&request[..read]).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (head, body, kind) = answer(path);
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    if matches!(kind, Body::Endless) {
        let piece = [b"10000\r\n".as_slice(), &vec![b'a'; 0x10000], b"\r\n"].concat();
        while stream.write_all(&piece).await.is_ok() {}
    }
}

fn whole(body: &str) -> (String, Vec<u8>, Body) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    (head, body.as_bytes().to_vec(), Body::Whole)
}

fn endless() -> (String, Vec<u8>, Body) {
    ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".into(), Vec::new(), Body::Endless)
}

#[tokio::test]
async fn an_endless_body_of_ready_is_not_read() {
    let address = instance(|_| endless()).await;
    let ready = tokio::time::timeout(PATIENCE, Prober::new().readiness(&address.to_string())).await;
    assert_eq!(ready, Ok(Readiness::Ready), "the status is enough");
}

#[tokio::test]
async fn an_endless_description_is_cut_off() {
    let address = instance(|_| endless()).await;
    let error = Prober::new().describe(&address.to_string()).await.unwrap_err();
    assert!(error.to_string().contains("larger than 65536 bytes"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let target = elsewhere.local_addr().unwrap();
    let location =
        format!("HTTP/1.1 302 Found\r\nlocation: http://{target}/hit\r\ncontent-length: 0\r\n\r\n");
    let address = instance(move |_| (location.clone(), Vec::new(), Body::Whole)).await;
    assert_eq!(
        Prober::new().readiness(&address.to_string()).await,
        Readiness::Refuses,
        "a redirect is no readiness"
    );
    let visited = elsewhere.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(visited, Err(std::io::ErrorKind::WouldBlock), "no request was sent there");
}

#[tokio::test]
async fn a_long_version_is_cut() {
    let address = instance(|path| match path {
        "/version" => {
            whole(&json!({"version": "v1\n".repeat(10_000), "commit": "c".repeat(900)}).to_string())
        }
        _ => whole(r#"{"models":{"Shop":{}}}"#),
    })
    .await;
    let seen = Prober::new().describe(&address.to_string()).await.unwrap();
    assert_eq!((seen.version.len(), seen.commit.unwrap().len(), seen.models), (100, 40, 1));
    assert!(!seen.version.contains('\n'), "control characters are left out");
}

#[tokio::test]
async fn nested_lists_of_every_size_have_a_digest() {
    let mut nested = json!((0..2_000).rev().collect::<Vec<_>>());
    for _ in 0..100 {
        nested = json!([nested, 1]);
    }
    let body = json!({ "models": { "Shop": nested } }).to_string();
    let address = instance(move |path| match path {
        "/version" => whole(r#"{"version":"1"}"#),
        _ => whole(&body),
    })
    .await;
    let seen = Prober::new().describe(&address.to_string()).await.unwrap();
    assert_eq!(seen.models_digest.len(), 64);
}

#[test]
fn another_model_is_another_digest() {
    let pairs = [
        (json!({"Shop": {}}), json!({"Shop": {}, "Sale": {}})),
        (json!({"Shop": {"fields": ["a"]}}), json!({"Shop": {"fields": ["b"]}})),
        (json!({"Shop": ["a", ["b"]]}), json!({"Shop": ["a", "b"]})),
        (json!({"Shop": []}), json!({"Shop": {}})),
        (json!({"Shop": 1}), json!({"Shop": "1"})),
    ];
    for (one, other) in pairs {
        assert_ne!(digest::of(&one), digest::of(&other), "{one} {other}");
    }
}

proptest! {
    #[test]
    fn the_order_of_attributes_is_not_part_of_the_digest(names in prop::collection::vec("[a-z]{1,4}", 0..6)) {
        let models = |names: &[String]| {
            let fields: Vec<_> = names.iter().map(|name| json!({"name": name, "attributes": ["b", "a"]})).collect();
            json!({"Shop": {"fields": fields}})
        };
        let mut reversed = names.clone();
        reversed.reverse();
        prop_assert_eq!(digest::of(&models(&names)), digest::of(&models(&reversed)));
    }
}
