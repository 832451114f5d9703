//! What crashes leave, and what comes of it.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use postgres_host::embedded::Origin;

use crate::support::{mark, marked, place, places, signal, works_in};

#[tokio::test]
async fn a_killed_server_recovers_at_the_next_start() {
    for place in places().await {
        let first = place.start().await;
        mark(&first).await;
        signal(first.pid(), Signal::SIGKILL);
        let second = place.start().await; // at once: its children may still be ending
        assert_eq!(second.origin(), Origin::Started);
        assert_ne!(second.pid(), first.pid());
        assert_eq!(marked(&second).await, "kept");
    }
}

#[tokio::test]
async fn a_pid_file_whose_number_is_somebody_elses_is_survived() {
    for place in places().await {
        let first = place.start().await;
        mark(&first).await;
        first.stop(Duration::from_secs(10)).await.unwrap();
        let mut somebody = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
        let file = place.data().join("postmaster.pid");
        let data = place.data();
        let text =
            format!("{}\n{}\n1700000000\n5432\n/nowhere\n\n  1 2\nready   \n", somebody.id(), data.display());
        fs::write(&file, text).unwrap();

        let second = place.start().await;
        assert_eq!(second.origin(), Origin::Started);
        assert_eq!(marked(&second).await, "kept");
        assert!(somebody.try_wait().unwrap().is_none(), "whom the number belongs to is left alone");
        somebody.kill().unwrap();
        somebody.wait().unwrap();
    }
}

#[tokio::test]
async fn a_killed_initdb_leaves_nothing_in_the_way() {
    let place = place().await;
    let home = &place.settings.folder;
    fs::create_dir_all(home.join("data.unfinished/base")).unwrap();
    fs::write(home.join("data.unfinished/PG_VERSION"), "15\n").unwrap();
    fs::create_dir(home.join("data")).unwrap();
    mark(&place.start().await).await;
    assert!(!home.join("data.unfinished").exists());
}

#[tokio::test]
async fn a_server_that_is_stopping_is_waited_for() {
    let place = place().await;
    let first = place.start().await;
    mark(&first).await;
    signal(first.pid(), Signal::SIGINT); // a fast shutdown, under way while we start
    let second = place.start().await;
    assert_eq!(marked(&second).await, "kept");
    assert!(works_in(second.pid(), &place.data()));
}

#[tokio::test]
async fn a_server_that_does_not_end_in_time_is_stopped_the_hard_way() {
    let place = place().await;
    let first = place.start().await;
    mark(&first).await;
    let mut connection = crate::support::connect(&first.admin()).await;
    let backend: i32 =
        sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
    let backend = u32::try_from(backend).unwrap();
    signal(backend, Signal::SIGSTOP); // it cannot end now
    let stopped = first.stop(Duration::from_secs(1)).await;
    stopped.unwrap();
    assert!(!works_in(first.pid(), &place.data()));
    assert_eq!(marked(&place.start().await).await, "kept");
}
