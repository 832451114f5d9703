//! How a server ends: the failure table of the boot, and signals.

use std::{net::TcpListener, os::unix::process::ExitStatusExt};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{
    bench::{POSTS, each_server},
    server::PATIENCE,
};

#[tokio::test]
async fn a_missing_schema_is_an_error_without_its_path() {
    each_server(async |bench| {
        let outcome = bench.launch_without_schema().outcome().await;
        outcome.assert_error("No such file or directory (os error 2)");
        assert!(!outcome.stderr.contains("schema.ts"), "{outcome:?}");
        assert!(!outcome.stdout.contains("Connecting to database"), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn an_empty_schema_fails_in_the_interface_format_and_boots_in_the_other() {
    each_server(async |bench| {
        bench
            .launch("export const x = 1")
            .outcome()
            .await
            .assert_error("No valid interfaces found in schema");
        let server = bench.launch("import { model } from '@atomo/schema'").ready().await;
        let meta: Value = server.get("/meta/schema").await.json().await.unwrap();
        assert_eq!(meta["models"].as_object().map(serde_json::Map::len), Some(0));
    })
    .await;
}

#[tokio::test]
async fn production_without_a_secret_fails_after_its_migrations() {
    each_server(async |bench| {
        let launch = bench.launch(POSTS).env("ATOMO_ENV", "production");
        launch
            .without("JWT_SECRET")
            .outcome()
            .await
            .assert_error("JWT_SECRET must be set in production environment");
        assert!(bench.tables().await.contains(&"posts".to_owned()), "the migration was committed before");
        let launch = bench.launch(POSTS).env("ATOMO_ENV", "production");
        launch.env("JWT_SECRET", "").ready().await;
    })
    .await;
}

#[tokio::test]
async fn a_host_that_is_no_address_fails_after_the_migrations() {
    each_server(async |bench| {
        bench.launch(POSTS).env("HOST", "localhost").outcome().await.assert_error("invalid IP address");
        assert!(bench.tables().await.contains(&"posts".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_port_in_use_fails_at_the_very_end() {
    each_server(async |bench| {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        bench.launch(POSTS).env("PORT", &port).outcome().await.assert_error("Address already in use");
    })
    .await;
}

#[tokio::test]
async fn a_role_that_may_not_create_is_refused() {
    each_server(async |bench| {
        let database = bench.cluster.superuser_url(&bench.project.name);
        let mut superuser = PgConnection::connect(&database).await.unwrap();
        superuser.execute("alter schema public owner to postgres").await.unwrap();
        bench.launch(POSTS).outcome().await.assert_error("permission denied for schema public");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_or_database_fails_promptly() {
    each_server(async |bench| {
        let wrong = bench.project.url.replace(":pw-", ":wrong-");
        let outcome = bench.launch(POSTS).env("DATABASE_URL", &wrong).outcome().await;
        outcome.assert_error("password authentication failed");
        let absent = bench.project.url.replace("/proj_x?", "/proj_y?");
        bench.launch(POSTS).env("DATABASE_URL", &absent).outcome().await.assert_error("does not exist");
    })
    .await;
}

#[tokio::test]
async fn malformed_retention_settings_fail_before_the_database_is_touched() {
    each_server(async |bench| {
        let outcome = bench.launch(POSTS).env("ATOMO_HISTORY_CONFIG", "{").outcome().await;
        outcome.assert_error("");
        assert_eq!(bench.tables().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_bad_argument_ends_with_code_2() {
    each_server(async |bench| {
        let outcome = bench.launch(POSTS).argument("--no-such-option").outcome().await;
        assert_eq!(outcome.status.code(), Some(2), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn sigterm_has_its_default_action() {
    each_server(async |bench| {
        let mut server = bench.launch(POSTS).ready().await;
        kill(Pid::from_raw(server.pid().cast_signed()), Signal::SIGTERM).unwrap();
        let status = server.exit(PATIENCE).await.expect("SIGTERM ends it");
        assert_eq!((status.code(), status.signal()), (None, Some(15)));
    })
    .await;
}
