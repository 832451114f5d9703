//! A server that takes a request and says nothing.

use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;

use super::{Client, Path};
use crate::exit::Exit;
use crate::failure::Failure;

#[tokio::test]
async fn a_silent_server_is_away_whatever_is_asked_of_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::new(url.parse().unwrap(), None).unwrap();
    let client = Client { patience: Duration::from_millis(50), ..client };

    let stream = client.lines(&Path::of(&["events"]), None).await.err().expect("no answer");
    let answer = client.get::<Value>(&Path::of(&["fleet"])).await.expect_err("no answer");

    for failure in [&stream, &answer] {
        assert_eq!(failure.exit(), Exit::Away, "{failure}");
        assert!(failure.is_transient(), "what follows a stream tries again");
        assert!(failure.problem().detail.contains(&url), "{failure}");
    }
    assert!(matches!(stream, Failure::Silent { .. }), "{stream}");
}
