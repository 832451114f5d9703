//! What a client meets that the conformance suite does not ask of every gateway.

use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

use control_plane::ports::gateway::{Gateway as _, RouteTable, RouteTarget};
use control_plane::testing::conformance::gateway::{ANSWER, GatewayFixture as _, table};
use control_plane::testing::gateway::Ask;
use gateway_caddy::RenderSettings;
use model::ByteSize;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::support::{Fixture, client, every_caddy};

/// A project that answers.
async fn blog(fixture: &Fixture) -> RouteTable {
    let address = fixture.fresh_address().await;
    fixture.listen(address, "blog").await;
    let mut table = table(&[("blog", "blog.example.test", &[])]);
    table.routes.values_mut().for_each(|route| route.target = RouteTarget::Upstream(address));
    table
}

#[tokio::test]
async fn a_blocked_path_is_blocked_however_it_is_written() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        fixture.gateway.apply(&blog(&fixture).await).await.unwrap();
        for path in [
            "/%6Detrics",
            "//metrics",
            "/METRICS",
            "/./metrics",
            "/a/../metrics",
            "/workflows%2Frun",
            "/Workflows",
        ] {
            let answer = fixture.answer(Ask::https("blog.example.test", path)).await;
            assert_eq!(answer.status, 404, "{path} of Caddy {}", binary.version);
        }
    }
}

#[tokio::test]
async fn a_request_id_that_could_do_harm_is_replaced() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        fixture.gateway.apply(&table(&[("blog", "blog.example.test", &[])])).await.unwrap();
        for id in ["<script>", "a b", "", &"x".repeat(129), "{http.request.host}"] {
            let answer = fixture.answer(Ask::https("blog.example.test", "/").with("X-Request-ID", id)).await;
            let made = &answer.headers["x-request-id"];
            assert_ne!(made, id);
            assert!(answer.body.contains(&format!("request {made},")), "{}", answer.body);
        }
        let twice =
            Ask::https("blog.example.test", "/").with("X-Request-ID", "one").with("X-Request-ID", "<two>");
        assert!(!fixture.answer(twice).await.body.contains("<two>"));
    }
}

#[tokio::test]
async fn the_pages_are_whole_and_name_what_was_asked_for() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        fixture.gateway.apply(&table(&[("blog", "blog.example.test", &[])])).await.unwrap();
        let page = fixture.answer(Ask::https("blog.example.test", "/")).await;
        assert!(page.body.contains("<p>blog.example.test is not available right now"), "{}", page.body);
        assert!(
            page.body.contains(":root { color-scheme: light dark; }")
                && page.body.trim_end().ends_with("</html>")
        );
        assert!(!page.body.contains("{http.") && !page.body.contains("{time."), "{}", page.body);
        let page = fixture.answer(Ask::http("blog.example", "/")).await;
        assert!(page.body.contains("Nothing here") && !page.body.contains("{http."), "{}", page.body);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_told_so() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let mut table = blog(&fixture).await;
        table.edge.policy.max_body = Some(ByteSize::new(1000));
        fixture.gateway.apply(&table).await.unwrap();
        fixture.answer(Ask::https("blog.example.test", "/")).await;
        for (size, status) in [(1000, 200), (1001, 413), (5_000_000, 413)] {
            let ask = Ask::http("localhost", "/").with("X-Atomo-Project", "blog");
            let sent = client::ask(&fixture, ask.sending(size)).await;
            // A client that is still sending may see the connection end instead of the answer.
            let answered = sent.map_or(413, |answer| answer.status);
            assert_eq!(answered, status, "{size} bytes to Caddy {}", binary.version);
        }
    }
}

#[tokio::test]
async fn the_dashboard_stands_behind_its_own_name() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let address = fixture.fresh_address().await;
        fixture.listen(address, "dashboard").await;
        let name = "fleet.example.test".parse().unwrap();
        let table = RouteTable { dashboard: Some((name, address)), ..blog(&fixture).await };
        fixture.gateway.apply(&table).await.unwrap();
        let ask = Ask::https("fleet.example.test", "/metrics").with("X-Atomo-Project", "blog");
        assert!(fixture.answer(ask).await.body.starts_with("dashboard\n"));
        assert_eq!(fixture.answer(Ask::http("fleet.example.test", "/")).await.status, 308);
        let seen = fixture.gateway.read_back().await.unwrap();
        assert_eq!(seen.keys().map(model::ProjectId::as_str).collect::<Vec<_>>(), ["blog"]);
    }
}

#[tokio::test]
async fn an_instance_that_takes_requests_and_never_answers_is_the_maintenance_page() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let limit = Duration::from_secs(1);
        let gateway = fixture.with(RenderSettings { answer_within: limit, ..fixture.render.clone() });
        let mut table = table(&[("blog", "blog.example.test", &[])]);
        let target = RouteTarget::Upstream(silent.local_addr().unwrap());
        table.routes.values_mut().for_each(|route| route.target = target);
        gateway.apply(&table).await.unwrap();
        let begun = Instant::now();
        let answer = fixture.answer(Ask::https("blog.example.test", "/")).await;
        assert_eq!(answer.status, 503, "Caddy {}", binary.version);
        assert!(answer.body.contains("is not available right now"), "{}", answer.body);
        assert!(begun.elapsed() >= limit, "after {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_body_without_an_end_is_not_read_when_the_project_is_reached() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let flood = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut table = table(&[("blog", "blog.example.test", &[])]);
        let target = RouteTarget::Upstream(flood.local_addr().unwrap());
        table.routes.values_mut().for_each(|route| route.target = target);
        let sending = tokio::spawn(async move {
            while let Ok((mut stream, _)) = flood.accept().await {
                let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                let piece = [b"10000\r\n".as_slice(), &vec![b'a'; 0x10000], b"\r\n"].concat();
                let _ = stream.write_all(head).await;
                while stream.write_all(&piece).await.is_ok() {}
            }
        });
        fixture.gateway.apply(&table).await.unwrap();
        let reached = fixture.gateway.reach(&"blog".parse().unwrap(), None, "/ready", ANSWER).await.unwrap();
        assert_eq!(reached.status, 200, "Caddy {}", binary.version);
        sending.abort();
    }
}

#[tokio::test]
async fn a_gateway_on_every_address_is_reached_by_both_families() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let everywhere = |address: SocketAddr| SocketAddr::from((Ipv6Addr::UNSPECIFIED, address.port()));
        let (http, https) = (everywhere(fixture.render.http), everywhere(fixture.render.https));
        if TcpListener::bind(http).await.is_err() {
            return; // this machine has no IPv6, and the settings choose no such address on it
        }
        let gateway = fixture.with(RenderSettings { http, https, ..fixture.render.clone() });
        gateway.apply(&blog(&fixture).await).await.unwrap();
        let reached = gateway.reach(&"blog".parse().unwrap(), None, "/", ANSWER).await.unwrap();
        assert_eq!(reached.status, 200, "Caddy {}", binary.version);
        for loopback in ["127.0.0.1", "::1"] {
            if TcpListener::bind((loopback, 0)).await.is_ok() {
                for port in [http.port(), https.port()] {
                    TcpStream::connect((loopback, port)).await.unwrap();
                }
            }
        }
    }
}

/// Sent and expected back over an upgraded connection.
async fn echoes(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), byte: u8) -> bool {
    let sent = stream.write_u8(byte).await.is_ok() && stream.flush().await.is_ok();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_u8()).await;
    sent && matches!(read, Ok(Ok(back)) if back == byte)
}

#[tokio::test]
async fn an_upgraded_connection_outlives_a_change_where_the_version_can() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let mut table = blog(&fixture).await;
        fixture.gateway.apply(&table).await.unwrap();
        fixture.answer(Ask::https("blog.example.test", "/")).await;
        let mut stream = BufReader::new(client::handshake(&fixture, "blog.example.test").await.unwrap());
        let head = b"GET /realtime/ws HTTP/1.1\r\nHost: blog.example.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        assert!(line.starts_with("HTTP/1.1 101"), "{line}");
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).await.unwrap();
        }
        assert!(echoes(&mut stream, 1).await, "before the change");

        table.routes.extend(
            control_plane::testing::conformance::gateway::table(&[("other", "o.example.test", &[])]).routes,
        );
        fixture.gateway.apply(&table).await.unwrap();
        let survived = echoes(&mut stream, 2).await;
        let missing = fixture.gateway.probe().await.unwrap().missing;
        assert_eq!(
            survived,
            !missing.iter().any(|lack| lack.contains("WebSockets")),
            "Caddy {}",
            binary.version
        );
    }
}
