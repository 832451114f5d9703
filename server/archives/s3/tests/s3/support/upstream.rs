//! The service behind the proxy, and what the protocol of S3 looks like.

use async_trait::async_trait;
use bytes::Bytes;
use fault_proxy::{Fault, Service, send};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};

const WHO: &str = "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/eu-central-1/s3/aws4_request";

/// The address of the service.
pub struct Upstream(pub String);

#[async_trait]
impl Service for Upstream {
    fn action(&self, head: &Parts) -> String {
        let has = |name: &str| head.uri.query().is_some_and(|query| query.contains(name));
        let action = match head.method {
            Method::PUT if has("partNumber=") => "UploadPart",
            Method::PUT => "PutObject",
            Method::POST if has("uploadId=") => "CompleteMultipartUpload",
            Method::POST if has("uploads") => "CreateMultipartUpload",
            Method::DELETE if has("uploadId=") => "AbortMultipartUpload",
            Method::DELETE => "DeleteObject",
            Method::GET if has("list-type=2") => "ListObjectsV2",
            Method::GET => "GetObject",
            _ => "another one",
        };
        action.to_owned()
    }

    async fn pass(&self, _: &str, request: Request<Bytes>) -> Response<Bytes> {
        send(&self.0, request).await
    }
}

/// The right that an action takes.
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
pub fn right(action: &str) -> &str {
    match action {
        "UploadPart" | "CompleteMultipartUpload" | "CreateMultipartUpload" => "PutObject",
        "ListObjectsV2" => "ListBucket",
        action => action,
    }
}

/// An error as S3 answers it.
pub fn error(status: u16, code: &str, message: &str) -> Fault {
    let head = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    Fault::Answer(status, format!("{head}<Error><Code>{code}</Code><Message>{message}</Message></Error>"))
}

pub fn slow_down() -> Fault {
    error(503, "SlowDown", "Please reduce your request rate.")
}

pub async fn create_bucket(upstream: &Upstream, bucket: &str) {
    let place = "<LocationConstraint>eu-central-1</LocationConstraint>";
    let body = format!("<CreateBucketConfiguration>{place}</CreateBucketConfiguration>");
    let answer = ask(upstream, Method::PUT, &format!("/{bucket}"), body).await;
    assert!(answer.status().is_success(), "{answer:?}");
}

pub async fn put(upstream: &Upstream, target: &str) {
    let answer = ask(upstream, Method::PUT, target, "planted".into()).await;
    assert!(answer.status().is_success(), "{answer:?}");
}

pub async fn uploads(upstream: &Upstream, bucket: &str) -> String {
    let answer = ask(upstream, Method::GET, &format!("/{bucket}?uploads"), String::new()).await;
    assert!(answer.status().is_success(), "{answer:?}");
    String::from_utf8_lossy(answer.body()).into_owned()
}

async fn ask(upstream: &Upstream, method: Method, target: &str, body: String) -> Response<Bytes> {
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", &upstream.0)
        .header("authorization", WHO)
        .body(Bytes::from(body))
        .unwrap();
    send(&upstream.0, request).await
}
