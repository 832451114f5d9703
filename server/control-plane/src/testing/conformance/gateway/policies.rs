//! Who is let in, how much, what is not there, what is added.

use model::edge::{EdgeDraft, EdgePolicy};

use super::{Ask, GatewayFixture, applied, asked, by, got, project, serving, table};
use crate::ports::gateway::RouteTable;

const TWO: [(&str, &str, &[&str]); 2] =
    [("acme-crm", "acme.example.test", &[]), ("blog", "blog.example.test", &["news.example.test"])];

/// Everybody on this machine.
const HERE: [&str; 2] = ["127.0.0.0/8", "::1/128"];
/// Nobody on this machine.
const ELSEWHERE: &str = "203.0.113.0/24";

fn policy(draft: EdgeDraft) -> EdgePolicy {
    let mut errors = Vec::new();
    let policy = draft.check("edge", &mut errors);
    assert_eq!(errors, []);
    policy
}

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

async fn two(fixture: &impl GatewayFixture, blog: EdgeDraft) -> RouteTable {
    let mut table = serving(fixture, table(&TWO)).await;
    table.routes.entry(project("blog")).and_modify(|route| route.edge = policy(blog));
    table
}

fn to(host: &str) -> Ask {
    Ask::https(host, "/")
}

fn by_header(id: &str) -> Ask {
    Ask::http("localhost", "/").with("X-Atomo-Project", id)
}

pub(super) async fn a_denied_address_is_turned_away(fixture: &impl GatewayFixture) {
    let mut table = two(fixture, EdgeDraft { deny: list(&HERE), ..EdgeDraft::default() }).await;
    applied(fixture, &table).await;
    for ask in [to("blog.example.test"), to("news.example.test"), by_header("blog")] {
        let answer = asked(fixture, ask).await;
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(answer.body.contains("Not from here") && !answer.headers["x-request-id"].is_empty());
    }
    assert_eq!(by(&asked(fixture, to("acme.example.test")).await), "acme-crm", "the others are let in");
    assert_eq!(by(&asked(fixture, by_header("acme-crm")).await), "acme-crm");

    table.edge.policy.deny = policy(EdgeDraft { deny: list(&HERE), ..EdgeDraft::default() }).deny;
    applied(fixture, &table).await;
    for ask in [to("blog.example.test"), to("acme.example.test"), by_header("acme-crm"), by_header("nobody")]
    {
        assert_eq!(asked(fixture, ask.clone()).await.status, 403, "{ask:?}");
    }
}

pub(super) async fn who_is_on_no_list_of_the_allowed_is_turned_away(fixture: &impl GatewayFixture) {
    let mut table = two(fixture, EdgeDraft { allow: list(&[ELSEWHERE]), ..EdgeDraft::default() }).await;
    table.edge.policy.allow = policy(EdgeDraft { allow: list(&HERE), ..EdgeDraft::default() }).allow;
    applied(fixture, &table).await;
    assert_eq!(asked(fixture, to("blog.example.test")).await.status, 403);
    assert_eq!(by(&asked(fixture, to("acme.example.test")).await), "acme-crm");

    let both = EdgeDraft { allow: list(&HERE), ..EdgeDraft::default() };
    table.routes.entry(project("blog")).and_modify(|route| route.edge = policy(both));
    applied(fixture, &table).await;
    assert_eq!(by(&asked(fixture, to("blog.example.test")).await), "blog");

    table.edge.policy.allow = policy(EdgeDraft { allow: list(&[ELSEWHERE]), ..EdgeDraft::default() }).allow;
    applied(fixture, &table).await;
    assert_eq!(asked(fixture, to("blog.example.test")).await.status, 403, "its own list does not widen");
}

pub(super) async fn a_body_has_the_size_that_its_project_says(fixture: &impl GatewayFixture) {
    let mut table = two(fixture, EdgeDraft { max_body: Some(2000), ..EdgeDraft::default() }).await;
    table.edge.policy.max_body = Some(model::ByteSize::new(1000));
    applied(fixture, &table).await;
    for (host, size, status) in [
        ("acme.example.test", 1000, 200),
        ("acme.example.test", 1001, 413),
        ("blog.example.test", 2000, 200),
        ("blog.example.test", 2001, 413),
    ] {
        assert_eq!(asked(fixture, to(host).sending(size)).await.status, status, "{size} bytes to {host}");
    }
    assert_eq!(asked(fixture, by_header("blog").sending(2001)).await.status, 413);
}

pub(super) async fn a_project_blocks_paths_beside_those_of_the_fleet(fixture: &impl GatewayFixture) {
    let paths = Some(list(&["/private*", "/info"]));
    let mut table = two(fixture, EdgeDraft { blocked_paths: paths, ..EdgeDraft::default() }).await;
    applied(fixture, &table).await;
    for path in ["/private", "/private/a?b=c", "/info", "/info/", "/INFO", "/metrics", "/workflows/7"] {
        assert_eq!(asked(fixture, Ask::https("blog.example.test", path)).await.status, 404, "{path}");
    }
    for path in ["/private", "/info"] {
        assert_eq!(by(&asked(fixture, Ask::https("acme.example.test", path)).await), "acme-crm", "{path}");
    }
    table.edge.policy.blocked_paths.clear();
    applied(fixture, &table).await;
    assert_eq!(by(&asked(fixture, Ask::https("acme.example.test", "/metrics")).await), "acme-crm");
    assert_eq!(asked(fixture, Ask::https("blog.example.test", "/info")).await.status, 404);
}

pub(super) async fn headers_are_added_to_every_answer(fixture: &impl GatewayFixture) {
    let headers = |pairs: &[(&str, &str)]| EdgeDraft {
        response_headers: pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
        ..EdgeDraft::default()
    };
    let own = headers(&[
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Content-Security-Policy", "default-src 'self'; img-src *"),
    ]);
    let mut table = two(fixture, own).await;
    table.edge.policy.response_headers =
        policy(headers(&[("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer")])).response_headers;
    applied(fixture, &table).await;
    let answer = asked(fixture, to("blog.example.test")).await;
    let header = |name: &str| answer.headers.get(name).map(String::as_str);
    assert_eq!(header("x-frame-options"), Some("SAMEORIGIN"), "of one name the project's");
    assert_eq!(header("referrer-policy"), Some("no-referrer"));
    assert_eq!(header("content-security-policy"), Some("default-src 'self'; img-src *"));
    let answer = asked(fixture, to("acme.example.test")).await;
    assert_eq!(answer.headers.get("x-frame-options").map(String::as_str), Some("DENY"));
    assert_eq!(answer.headers.get("content-security-policy"), None);
}

/// Where the gateway cannot tell, it says so, and judges the proxy itself.
pub(super) async fn a_client_behind_a_trusted_proxy_is_judged_by_its_own_address(
    fixture: &impl GatewayFixture,
) {
    let mut table = two(fixture, EdgeDraft { deny: list(&[ELSEWHERE]), ..EdgeDraft::default() }).await;
    table.edge.trusted_proxies = HERE.iter().map(|text| text.parse().unwrap()).collect();
    applied(fixture, &table).await;
    let info = fixture.gateway().probe().await.unwrap();
    let from = |told: &str| to("blog.example.test").with("X-Forwarded-For", told);
    for (told, denied) in [
        ("203.0.113.9", true),
        ("198.51.100.7, 203.0.113.9", true),
        ("198.51.100.7", false),
        ("203.0.113.9, 198.51.100.7", false),
    ] {
        let answer = asked(fixture, from(told)).await;
        let expected = if denied && info.knows_clients { 403 } else { 200 };
        assert_eq!(answer.status, expected, "{told} through {}", info.name);
    }
    let answer = asked(fixture, from("192.0.2.1, 198.51.100.7")).await;
    let client = if info.knows_clients { "198.51.100.7" } else { "127.0.0.1" };
    assert_eq!(got(&answer, "x-forwarded-for"), client, "what an instance is told is what was judged");
    assert_eq!(by(&asked(fixture, to("blog.example.test")).await), "blog", "and the proxy may ask by itself");
    assert_eq!(info.knows_clients, !info.missing.iter().any(|lack| lack.contains("behind a load balancer")));
}

pub(super) async fn nobody_else_is_believed(fixture: &impl GatewayFixture) {
    let mut table = two(fixture, EdgeDraft { deny: list(&[ELSEWHERE]), ..EdgeDraft::default() }).await;
    for trusted in [vec![], vec!["192.0.2.0/24".parse().unwrap()]] {
        table.edge.trusted_proxies = trusted;
        applied(fixture, &table).await;
        let answer = asked(fixture, to("blog.example.test").with("X-Forwarded-For", "203.0.113.9")).await;
        assert_eq!((by(&answer), got(&answer, "x-forwarded-for").as_str()), ("blog", "127.0.0.1"));
    }
}
