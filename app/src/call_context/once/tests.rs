use std::sync::atomic::{AtomicU32, Ordering};

use model::Problem;

use super::run;

#[tokio::test]
async fn two_submits_at_once_run_once_and_get_the_same_answer() {
    let runs = AtomicU32::new(0);
    let submit = || {
        run("two-at-once", async || {
            tokio::task::yield_now().await;
            Ok(format!("/operations/{}", runs.fetch_add(1, Ordering::SeqCst)))
        })
    };
    let (first, second) = tokio::join!(submit(), submit());
    assert_eq!((first.unwrap(), second.unwrap()), ("/operations/0".into(), "/operations/0".into()));
    assert_eq!(submit().await.unwrap(), "/operations/0");
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn another_form_and_a_failed_submit_run_again() {
    let failed = run("fails", async || Err(Problem::unavailable("postgres", "away").into())).await;
    assert!(failed.is_err());
    assert_eq!(run("fails", async || Ok("/a".to_owned())).await.unwrap(), "/a");
    assert_eq!(run("another", async || Ok("/b".to_owned())).await.unwrap(), "/b");
}
