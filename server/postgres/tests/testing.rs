//! The helper that other packages' tests get their Postgres from.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;

use postgres_host::testing::{TestCluster, installed};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _};

async fn tables(options: &PgConnectOptions) -> i64 {
    let mut connection = PgConnection::connect_with(options).await.unwrap();
    let count = "select count(*) from pg_tables where schemaname = 'public'";
    sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn every_database_is_empty_and_apart() {
    let server = TestCluster::shared().await;
    assert!(Arc::ptr_eq(&server, &TestCluster::shared().await), "the tests of a process share a server");
    let (one, other) = tokio::join!(server.database(), server.database());
    drop(server);
    let mut connection = PgConnection::connect_with(&one.options()).await.unwrap();
    connection.execute("create table mine ()").await.unwrap();
    assert_eq!((tables(&one.options()).await, tables(&other.options()).await), (1, 0));
}

#[tokio::test]
async fn a_cluster_is_gone_with_its_last_user() {
    let server = Arc::new(TestCluster::start(installed().await.swap_remove(0)).await);
    let database = server.database().await;
    let socket = database.options().get_socket().unwrap().clone();
    drop(server);
    assert_eq!(tables(&database.options()).await, 0, "a database keeps it");
    drop(database);
    assert!(!socket.exists(), "server and folder are gone");
}

#[tokio::test]
async fn what_was_committed_outlives_a_crash() {
    let server = Arc::new(TestCluster::start(installed().await.swap_remove(0)).await);
    let database = server.database().await;
    let mut connection = PgConnection::connect_with(&database.options()).await.unwrap();
    connection.execute("create table mine ()").await.unwrap();
    server.crash();
    assert!(PgConnection::connect_with(&database.options()).await.is_err(), "it is away");
    server.resume().await;
    assert_eq!(tables(&database.options()).await, 1);
}
