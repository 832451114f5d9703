//! The planted faults, and the field that gives the stand-in away.

use std::{fs, time::Duration};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::support::{
    bench::{POSTS, the_standin},
    server::{PATIENCE, Server},
};

async fn version(server: &Server) -> Value {
    server.get("/version").await.json().await.unwrap()
}

#[tokio::test]
async fn the_version_says_that_it_is_a_stand_in() {
    the_standin(async |bench| {
        let server =
            bench.launch(POSTS).env("ATOMO_VERSION", "v0.7.0").env("ATOMO_GIT_SHA", "abc").ready().await;
        let version = version(&server).await;
        assert_eq!((version["standin"].as_bool(), version["version"].as_str()), (Some(true), Some("v0.7.0")));
        assert_eq!(
            (version["commit"].as_str(), version["buildTime"].as_str()),
            (Some("abc"), Some("unknown"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_boot_can_be_delayed_or_end_with_a_code() {
    the_standin(async |bench| {
        let mut slow = bench.launch(POSTS).env("STANDIN_BOOT_DELAY_MS", "700").spawn();
        assert_eq!(slow.exit(Duration::from_millis(300)).await, None);
        assert!(slow.request(Method::GET, "/ready").send().await.is_err(), "the socket is opened last");
        slow.wait_for(StatusCode::OK).await;
        let ended = bench.launch(POSTS).env("STANDIN_EXIT_AT_BOOT", "42").outcome().await;
        assert_eq!((ended.status.code(), ended.stdout.as_str()), (Some(42), ""));
    })
    .await;
}

#[tokio::test]
async fn a_running_server_can_crash() {
    the_standin(async |bench| {
        let mut server = bench.launch(POSTS).env("STANDIN_CRASH_AFTER_SECS", "1").ready().await;
        assert_eq!(server.exit(PATIENCE).await.and_then(|status| status.code()), Some(101));
    })
    .await;
}

#[tokio::test]
async fn on_sigterm_the_listener_is_closed_at_once_and_the_process_ends_later() {
    the_standin(async |bench| {
        let mut server = bench.launch(POSTS).env("STANDIN_DRAIN_MS", "60000").ready().await;
        let process = Pid::from_raw(server.pid().cast_signed());
        kill(process, Signal::SIGTERM).unwrap();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::net::TcpStream::connect(("127.0.0.1", server.port())).await.is_ok() {
            assert!(tokio::time::Instant::now() < deadline, "it still listens");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(server.exit(Duration::from_millis(300)).await, None, "it is still there");
        kill(process, Signal::SIGKILL).unwrap();
        assert!(server.exit(PATIENCE).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn readiness_can_be_refused_or_hang() {
    the_standin(async |bench| {
        let mut server = bench.launch(POSTS).env("STANDIN_NEVER_READY", "1").spawn();
        server.wait_for(StatusCode::SERVICE_UNAVAILABLE).await;
        assert_eq!(server.text("/health").await, "OK");
        drop(server);
        let mut server = bench.launch(POSTS).env("STANDIN_READY_HANGS", "1").spawn();
        while server.request(Method::GET, "/health").send().await.is_err() {
            assert_eq!(server.exit(Duration::from_millis(20)).await, None);
        }
        let hung = server.request(Method::GET, "/ready").timeout(Duration::from_millis(500)).send().await;
        assert!(hung.is_err_and(|error| error.is_timeout()));
    })
    .await;
}

#[tokio::test]
async fn metrics_version_memory_and_warnings_can_be_wrong() {
    the_standin(async |bench| {
        let faults = [
            ("STANDIN_METRICS_FAIL", "1"),
            ("STANDIN_WRONG_VERSION", "v0.0.1"),
            ("STANDIN_ALLOCATE_MIB", "64"),
            ("STANDIN_WARN_LINES", "3"),
        ];
        let launch = faults.iter().fold(bench.launch(POSTS), |launch, (name, value)| launch.env(name, value));
        let server = launch.ready().await;
        assert_eq!(server.get("/metrics").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(version(&server).await["version"], "v0.0.1");
        assert_eq!(server.output("stdout").matches("planted warning").count(), 3);
        let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident: u32 = resident.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(resident > 64 * 1024, "{resident} kB");
    })
    .await;
}

#[tokio::test]
async fn a_fault_that_makes_no_sense_stops_the_boot() {
    the_standin(async |bench| {
        let outcome = bench.launch(POSTS).env("STANDIN_CRASH_AFTER_SECS", "soon").outcome().await;
        outcome.assert_error("STANDIN_CRASH_AFTER_SECS is \"soon\", expected a whole number");
    })
    .await;
}

#[tokio::test]
async fn a_database_that_goes_away_makes_it_unready_but_not_dead() {
    the_standin(async |bench| {
        let mut server = bench.launch(POSTS).ready().await;
        bench.cluster.stop();
        server.wait_for(StatusCode::SERVICE_UNAVAILABLE).await;
        assert_eq!(server.text("/health").await, "OK");
        assert!(server.text("/metrics").await.lines().any(|line| line == "db_up 0"));
    })
    .await;
}

#[tokio::test]
async fn the_config_folder_brings_schema_and_env_file() {
    the_standin(async |bench| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("schema.ts"), POSTS).unwrap();
        fs::write(folder.path().join(".env"), "ATOMO_VERSION=v1.2.3\nHOST=nowhere\n").unwrap();
        let launch = bench.launch_without_schema().env("ATOMO_SCHEMA_PATH", "/nowhere/schema.ts");
        let server = launch.argument("--config-dir").argument(folder.path().to_str().unwrap()).ready().await;
        assert_eq!(
            version(&server).await["version"],
            "v1.2.3",
            "the environment's own HOST wins over the file's"
        );
    })
    .await;
}
