//! Applying: fast, safe beside others, and honest about what was refused.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use control_plane::ports::gateway::{Applied, Gateway as _, GatewayError, RouteTable, RouteTarget};
use control_plane::testing::address::free_address;
use control_plane::testing::conformance::gateway::{GatewayFixture as _, table};
use gateway_caddy::child::CaddyChild;
use gateway_caddy::{AdminAddress, CaddyGateway, CaddySettings};
use http::Method;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::Instant;

use crate::support::{Fixture, admin, end, every_caddy};

fn hundred() -> RouteTable {
    let names: Vec<(String, String)> =
        (0..100).map(|n| (format!("p{n:02}-x"), format!("p{n}.example.test"))).collect();
    let projects: Vec<(&str, &str, &[&str])> =
        names.iter().map(|(id, host)| (id.as_str(), host.as_str(), &[][..])).collect();
    let mut table = table(&projects);
    for (port, route) in (21_000..).zip(table.routes.values_mut()) {
        route.target = RouteTarget::Upstream(([127, 0, 0, 1], port).into());
    }
    table
}

#[tokio::test]
async fn a_change_among_a_hundred_projects_is_served_each_time() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let mut table = hundred();
        fixture.gateway.apply(&table).await.unwrap();
        let mut took: Vec<Duration> = Vec::new();
        for port in 22_000..22_010_u16 {
            let id = table.routes.keys().next().unwrap().clone();
            let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
            table.routes.get_mut(&id).unwrap().target = RouteTarget::Upstream(address);
            let started = Instant::now();
            let served = fixture.gateway.apply(&table).await.unwrap();
            took.push(started.elapsed());
            assert_eq!((served.applied, served.routes.len()), (Applied::Changed, 100));
            assert_eq!(served.routes[&id].upstream, Some(address.to_string()));
            assert_eq!(fixture.gateway.read_back().await.unwrap(), served.routes, "what was told is there");
        }
        took.sort();
        eprintln!("Caddy {}: fastest {:?}, median {:?}", binary.version, took[0], took[took.len() / 2]);
    }
}

#[tokio::test]
async fn what_others_change_at_the_same_time_is_not_lost() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        fixture.plant_foreign().await;
        let done = AtomicBool::new(false);
        let ours = async {
            for port in 22_000..22_010 {
                let mut table = table(&[("blog", "blog.example.test", &[])]);
                table
                    .routes
                    .values_mut()
                    .for_each(|route| route.target = RouteTarget::Upstream(([127, 0, 0, 1], port).into()));
                fixture.gateway.apply(&table).await.unwrap();
            }
            done.store(true, Ordering::Relaxed);
        };
        let theirs = async {
            let mut written = 0;
            while !done.load(Ordering::Relaxed) {
                let path = "/config/apps/http/servers/theirs/routes/0/handle/0/status_code";
                let (status, said) =
                    admin::send(&fixture.admin, Method::POST, path, &json!(200 + written % 2)).await;
                assert_eq!(status, 200, "{said}");
                written += 1;
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            200 + (written - 1) % 2
        };
        let ((), last) = tokio::join!(ours, theirs);
        let path = "/config/apps/http/servers/theirs/routes/0/handle/0/status_code";
        assert_eq!(admin::send(&fixture.admin, Method::GET, path, &Value::Null).await.1, last);
        let seen = fixture.gateway.read_back().await.unwrap();
        assert_eq!(seen.values().next().unwrap().upstream.as_deref(), Some("127.0.0.1:22009"));
    }
}

#[tokio::test]
async fn two_control_planes_at_once_end_with_one_configuration() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let (table, second) = (hundred(), fixture.second());
        let (one, two) = tokio::join!(fixture.gateway.apply(&table), second.apply(&table));
        assert!(matches!(
            (one.unwrap().applied, two.unwrap().applied),
            (Applied::Changed, _) | (_, Applied::Changed)
        ));
        assert_eq!(fixture.gateway.apply(&table).await.unwrap().applied, Applied::Unchanged);
        assert_eq!(fixture.gateway.read_back().await.unwrap().len(), 100);
    }
}

#[tokio::test]
async fn a_port_that_somebody_else_holds_is_refused_with_the_holder() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let holder = TcpListener::bind(fixture.render.https).unwrap();
        match fixture.gateway.apply(&RouteTable::default()).await {
            Err(GatewayError::Rejected { project: None, reason }) => {
                let us = format!("(pid {})", std::process::id());
                assert!(
                    reason.contains(&fixture.render.https.to_string()) && reason.ends_with(&us),
                    "{reason}"
                );
            }
            other => panic!("the port is taken: {other:?}"),
        }
        drop(holder);
        assert_eq!(fixture.gateway.apply(&RouteTable::default()).await.unwrap().applied, Applied::Changed);
    }
}

#[tokio::test]
async fn a_caddy_that_was_started_anew_gets_its_routes_again() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let table = table(&[("blog", "blog.example.test", &[])]);
        fixture.gateway.apply(&table).await.unwrap();
        CaddyChild::ensure(&fixture.child).await.unwrap().stop(Duration::from_secs(10)).await.unwrap();
        let away = fixture.gateway.apply(&table).await;
        assert!(matches!(&away, Err(GatewayError::Away { .. })), "{away:?}");

        let again = CaddyChild::ensure(&fixture.child).await.unwrap();
        assert!(fixture.gateway.read_back().await.unwrap().is_empty());
        assert_eq!(fixture.gateway.apply(&table).await.unwrap().applied, Applied::Changed);
        assert_eq!(fixture.gateway.read_back().await.unwrap().len(), 1);
        again.stop(Duration::from_secs(10)).await.unwrap();
    }
}

/// Caddy 2.6 writes certificates in place: a kill leaves half a file.
#[tokio::test]
async fn half_a_certificate_is_obtained_again_after_a_start() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        let table = table(&[("blog", "blog.example.test", &[])]);
        let folder = fixture.child.folder.join("data/caddy/certificates/local/blog.example.test");
        let (json, whole) = (folder.join("blog.example.test.json"), |path: &Path| {
            fs::read(path).is_ok_and(|bytes| bytes.ends_with(b"}"))
        });
        for _ in 0..2 {
            fixture.gateway.apply(&table).await.unwrap();
            let deadline = Instant::now() + Duration::from_secs(20);
            while !whole(&json) {
                assert!(Instant::now() < deadline, "Caddy {}: no certificate", binary.version);
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            let child = CaddyChild::ensure(&fixture.child).await.unwrap();
            child.stop(Duration::from_secs(10)).await.unwrap();
            fs::write(&json, "").unwrap();
            CaddyChild::ensure(&fixture.child).await.unwrap();
        }
        end(CaddyChild::ensure(&fixture.child).await.unwrap().pid());
    }
}

/// Only a Caddy that lets the environment say where its admin API listens can be started like this beside others.
#[tokio::test]
async fn a_caddy_without_any_configuration_can_be_driven() {
    for binary in every_caddy().await.into_iter().filter(|binary| !binary.version.starts_with("2.6.")) {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("admin.sock");
        let mut caddy = Command::new(&binary.path)
            .arg("run")
            .env_clear()
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .env("CADDY_ADMIN", format!("unix/{}", socket.display()))
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let render = gateway_caddy::RenderSettings::new(free_address(), free_address());
        let gateway = CaddyGateway::new(CaddySettings {
            admin: AdminAddress::Unix(socket),
            name: None,
            root_file: None,
            certificates: None,
            render,
        });
        let deadline = Instant::now() + Duration::from_secs(20);
        while gateway.probe().await.is_err() {
            assert!(Instant::now() < deadline, "Caddy {} did not start", binary.version);
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(gateway.read_back().await.unwrap().is_empty());
        let table = table(&[("blog", "blog.example.test", &[])]);
        assert_eq!(gateway.apply(&table).await.unwrap().applied, Applied::Changed);
        assert_eq!(gateway.apply(&table).await.unwrap().applied, Applied::Unchanged);
        caddy.kill().await.unwrap();
    }
}

/// Somebody else's edit between two of our applies is noticed at the write, and kept.
#[tokio::test]
async fn an_edit_of_others_between_two_applies_stays() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        fixture.plant_foreign().await;
        let mut table = table(&[("blog", "blog.example.test", &[])]);
        fixture.gateway.apply(&table).await.unwrap();
        let path = "/config/apps/http/servers/theirs/routes/0/handle/0/status_code";
        let (status, said) = admin::send(&fixture.admin, Method::POST, path, &json!(202)).await;
        assert_eq!(status, 200, "{said}");
        let target = RouteTarget::Upstream(([127, 0, 0, 1], 22_000).into());
        table.routes.values_mut().for_each(|route| route.target = target);
        assert_eq!(fixture.gateway.apply(&table).await.unwrap().applied, Applied::Changed);
        assert_eq!(admin::send(&fixture.admin, Method::GET, path, &Value::Null).await.1, json!(202));

        let ours = "/config/apps/http/servers/atomo_https/routes";
        let (status, said) = admin::send(&fixture.admin, Method::PATCH, ours, &json!([])).await;
        assert_eq!(status, 200, "{said}");
        assert!(fixture.gateway.read_back().await.unwrap().is_empty(), "our routes were taken away");
        assert_eq!(fixture.gateway.apply(&table).await.unwrap().applied, Applied::Changed, "and come back");
        assert_eq!(fixture.gateway.apply(&table).await.unwrap().applied, Applied::Unchanged);
    }
}

/// A name for which somebody else has a TLS policy is refused, and its project is named.
#[tokio::test]
async fn a_name_that_others_have_is_the_fault_of_its_project() {
    for binary in every_caddy().await {
        let fixture = Fixture::new(&binary).await;
        fixture.plant_foreign().await;
        let table = table(&[("foo", "theirs.example.test", &[]), ("inno", "inno.example.test", &[])]);
        match fixture.gateway.apply(&table).await {
            Err(GatewayError::Rejected { project, reason }) => {
                assert_eq!(project, Some("foo".parse().unwrap()), "Caddy {}: {reason}", binary.version);
            }
            other => panic!("Caddy {}: {other:?}", binary.version),
        }
        let mut without = table;
        without.routes.remove(&"foo".parse().unwrap());
        fixture.gateway.apply(&without).await.unwrap();
        assert!(fixture.foreign_is_intact().await);
    }
}
