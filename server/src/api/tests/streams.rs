//! Streaming answers.

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use model::{Hint, LogLine, Page};
use tokio_util::sync::CancellationToken;

use super::support::{DEADLINE, Fleet};

/// A stream, read in parts.
struct Stream(Body);

impl Stream {
    async fn open(fleet: &Fleet, path: &str, content_type: &str) -> Self {
        let request = Request::get(format!("/api/v1{path}")).body(Body::empty()).unwrap();
        let response = fleet.operator().open(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(response.headers()["x-accel-buffering"], "no", "nginx would collect it");
        Self(response.into_body())
    }

    /// The next part; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        let frame = tokio::time::timeout(DEADLINE, self.0.frame()).await.expect("a part, or the end");
        frame.map(|frame| frame.unwrap().into_data().unwrap())
    }
}

#[tokio::test]
async fn logs_answer_the_newest_lines_and_end() {
    let fleet = Fleet::new().await;
    fleet.printing().await;
    let lines = async |query: &str| {
        let answer = fleet.operator().get(&format!("/projects/shop/logs{query}")).await.ok(StatusCode::OK);
        answer.json::<Page<LogLine>>().items
    };

    let newest = lines("").await;

    assert_eq!((newest.len(), newest.last().unwrap().text.as_str()), (200, "line 249"));
    assert_eq!(lines("?tail=1&follow=false").await.len(), 1);
    for wrong in ["tail=0", "tail=10001", "tail=many", "tail=-1"] {
        assert_eq!(fleet.operator().get(&format!("/projects/shop/logs?{wrong}")).await.fields(422), ["tail"]);
    }
    let several = fleet.operator().get("/projects/shop/logs?tail=x&follow=yes").await;
    assert_eq!(several.fields(422), ["follow", "tail"]);
}

#[tokio::test]
async fn logs_are_followed_until_the_server_stops() {
    let fleet = Fleet::new().await;
    fleet.printing().await;
    let mut stream =
        Stream::open(&fleet, "/projects/shop/logs?tail=1&follow=true", "application/x-ndjson").await;
    let line = |part: Bytes| {
        assert_eq!(part.last(), Some(&b'\n'));
        serde_json::from_slice::<LogLine>(&part).unwrap().text
    };

    assert_eq!(line(stream.next().await.unwrap()), "line 249");
    fleet.driver.print(&"shop".parse::<model::InstanceKey>().unwrap(), "and on");
    assert_eq!(line(stream.next().await.unwrap()), "and on");

    fleet.stop.cancel();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn hints_reach_an_open_page_until_the_server_stops() {
    let fleet = Fleet::new().await;
    let mut stream = Stream::open(&fleet, "/events", "text/event-stream").await;
    let (plane, ending) = (fleet.plane.clone(), CancellationToken::new());
    let engine = tokio::spawn({
        let ending = ending.clone();
        let mut term = plane.registry().lock_engine().await.unwrap().begin_term().await.unwrap();
        async move { plane.run(&mut term, ending).await }
    });

    let hint = |part: Bytes| {
        let text = String::from_utf8(part.to_vec()).unwrap();
        let data = text.strip_prefix("data: ").unwrap_or_else(|| panic!("{text:?}"));
        serde_json::from_str::<Hint>(data.trim_end()).unwrap()
    };
    while hint(stream.next().await.unwrap()) != Hint::Fleet {} // the engine has begun to listen
    fleet.create("shop").await;
    let shop = Hint::Project { project_id: "shop".parse().unwrap() };
    while hint(stream.next().await.unwrap()) != shop {}

    fleet.stop.cancel();
    while stream.next().await.is_some() {}
    ending.cancel();
    tokio::time::timeout(DEADLINE, engine).await.expect("an engine that ends").unwrap().unwrap();
}
