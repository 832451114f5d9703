//! Deliveries of git hosts over HTTP: what is accepted without a log-in, and how everything else is refused.

use axum::body::Body;
use axum::http::{Method, Request};
use control_plane::OpContext;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{Actor, NewWebhook, RepositoryDraft};
use sha2::Sha256;

use super::site::{Page, Site};
use crate::middleware::headers::Scheme;

const PUSH: &str = r#"{"ref":"refs/heads/main"}"#;
const JSON: (&str, &str) = ("content-type", "application/json");

/// A site with the webhook of a repository.
async fn with_webhook() -> (Site, NewWebhook) {
    let site = Site::new(Scheme::Http).await;
    let host = OpContext::platform(Actor::Host);
    let draft =
        RepositoryDraft { url: "https://git.example/hooked.git".into(), ..RepositoryDraft::default() };
    let repository = site.fleet.plane.repositories().add(&host, draft).await.unwrap();
    let webhook = site.fleet.plane.webhooks().create(&host, repository.id).await.unwrap();
    (site, webhook)
}

fn signature(secret: &str, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    format!("sha256={}", hex::encode(mac.chain_update(body).finalize().into_bytes()))
}

async fn send(site: &Site, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
    let mut request = Request::builder().method(Method::POST).uri(path).header("host", "fleet.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    site.ask(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// A delivery as GitHub sends it.
async fn github(site: &Site, webhook: &NewWebhook, event: &str, body: &str) -> Page {
    let signature = signature(&webhook.secret, body);
    let headers = [JSON, ("x-hub-signature-256", signature.as_str()), ("x-github-event", event)];
    send(site, &webhook.path, &headers, body).await
}

#[tokio::test]
async fn a_push_is_recorded_once_and_a_ping_is_answered() {
    let (site, webhook) = with_webhook().await;
    assert_eq!(github(&site, &webhook, "ping", "{}").await.status, 200);
    assert_eq!(github(&site, &webhook, "ping", "{}").await.status, 200, "it has no effect that repeats");
    assert_eq!(github(&site, &webhook, "push", PUSH).await.status, 202);
    let repeated = github(&site, &webhook, "push", PUSH).await.problem(409);
    assert!(repeated.detail.starts_with("Nothing was changed."), "{repeated}");
    assert_eq!(github(&site, &webhook, "issues", "{}").await.status, 200);
}

#[tokio::test]
async fn what_is_not_signed_gets_one_answer_wherever_it_is_sent() {
    let (site, webhook) = with_webhook().await;
    let wrong = signature("another secret", PUSH);
    let right = signature(&webhook.secret, PUSH);
    let unknown = "/hooks/repositories/018f3c5e-0000-7000-8000-000000000000";
    let of = async |path: &str, signature: Option<&str>| {
        let mut headers = vec![JSON, ("x-github-event", "push")];
        headers.extend(signature.map(|text| ("x-hub-signature-256", text)));
        let mut problem = send(&site, path, &headers, PUSH).await.problem(404);
        problem.request_id = None;
        problem
    };
    let expected = of(unknown, Some(&right)).await;
    for (path, signature) in [
        (unknown, Some(wrong.as_str())),
        (unknown, None),
        ("/hooks/repositories/no-id", Some(right.as_str())),
        (webhook.path.as_str(), Some(wrong.as_str())),
        (webhook.path.as_str(), Some("sha256=00")),
        (webhook.path.as_str(), None),
    ] {
        assert_eq!(of(path, signature).await, expected, "{path} {signature:?}");
    }
}

#[tokio::test]
async fn a_delivery_that_is_too_large_or_of_another_type_is_refused_by_name() {
    let (site, webhook) = with_webhook().await;
    let large = format!(r#"{{"ref":"refs/heads/main","commits":"{}"}}"#, "x".repeat(1024 * 1024));
    let problem = github(&site, &webhook, "push", &large).await.problem(413);
    assert!(problem.detail.contains("at most 1 MiB"), "{problem}");
    let signature = signature(&webhook.secret, PUSH);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let headers = [form, ("x-hub-signature-256", signature.as_str()), ("x-github-event", "push")];
    let problem = send(&site, &webhook.path, &headers, PUSH).await.problem(415);
    assert!(problem.detail.contains("application/json"), "{problem}");
    assert_eq!(site.get(&webhook.path, &[]).await.status, 405);
}

#[tokio::test]
async fn more_than_thirty_deliveries_a_minute_are_refused() {
    let (site, webhook) = with_webhook().await;
    for _ in 0..30 {
        assert_eq!(github(&site, &webhook, "ping", "{}").await.status, 200);
    }
    let page = github(&site, &webhook, "ping", "{}").await;
    assert_eq!(page.header("retry-after"), "60");
    page.problem(429);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_deliver() {
    let (site, webhook) = with_webhook().await;
    let signature = signature(&webhook.secret, PUSH);
    let headers = [JSON, ("x-hub-signature-256", signature.as_str()), ("origin", "https://evil.example")];
    assert_eq!(send(&site, &webhook.path, &headers, PUSH).await.status, 403);
    let other = send(&site, "/hooks/other", &[JSON], PUSH).await;
    assert!(other.status.is_client_error(), "there is no other path: {}", other.status);
}
