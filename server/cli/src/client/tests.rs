//! A server that takes a request and says nothing.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
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

#[tokio::test]
async fn a_copy_that_the_server_cuts_off_is_no_success() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await.unwrap();
        let part = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nid,at\r\n";
        socket.write_all(part.as_bytes()).await.unwrap();
    });
    let client = Client::new(url.parse().unwrap(), None).unwrap();
    let mut received = Vec::new();
    let path = Path::of(&["audit", "export"]);
    let copied = client.copy(&path, |bytes| {
        received.extend_from_slice(bytes);
        Ok(())
    });
    let failure = copied.await.expect_err("it was cut off");
    serving.await.unwrap();
    assert_eq!((failure.exit(), received.as_slice()), (Exit::Away, b"id,at".as_slice()), "{failure}");
}
