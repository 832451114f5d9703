//! The schema watcher: code 0 on a change, patience with a file that is away.

use std::{fs, time::Duration};

use crate::support::{
    bench::{Bench, POSTS, each_server},
    server::{PATIENCE, Server},
};

async fn watching(bench: &Bench) -> Server {
    let launch = bench.launch(POSTS).env("ATOMO_SCHEMA_WATCH", "1").env("ATOMO_SCHEMA_WATCH_INTERVAL", "1");
    launch.ready().await
}

#[tokio::test]
async fn a_changed_schema_ends_the_server_with_code_0() {
    each_server(async |bench| {
        let mut server = watching(bench).await;
        // the baseline is taken at some time after the boot, so the file is changed until it is seen
        let status = loop {
            fs::write(server.schema_path(), POSTS).unwrap();
            if let Some(status) = server.exit(PATIENCE / 10).await {
                break status;
            }
        };
        assert_eq!(status.code(), Some(0));
    })
    .await;
}

#[tokio::test]
async fn a_schema_that_disappears_is_ignored() {
    each_server(async |bench| {
        let mut server = watching(bench).await;
        fs::remove_file(server.schema_path()).unwrap();
        assert_eq!(server.exit(Duration::from_millis(2500)).await, None);
        assert_eq!(server.text("/health").await, "OK");
    })
    .await;
}

#[tokio::test]
async fn without_the_flag_a_change_is_not_noticed() {
    each_server(async |bench| {
        let mut server = bench.launch(POSTS).env("ATOMO_SCHEMA_WATCH", "TRUE").ready().await;
        fs::write(server.schema_path(), "export interface Other { id: string }").unwrap();
        assert_eq!(server.exit(Duration::from_millis(2500)).await, None);
    })
    .await;
}
