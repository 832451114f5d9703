//! A task goes on whatever one of its runs does.

use std::sync::atomic::{AtomicU32, Ordering};

use model::Problem;

use super::*;

fn schedule() -> Schedule {
    Schedule::new("driver", Duration::from_millis(1), Duration::from_millis(20))
}

/// Runs a task until it has run three times, and answers what is shown of it after each run.
async fn three_runs<F: Future<Output = Result<()>>>(run: impl Fn() -> F) -> Vec<Option<String>> {
    let (tasks, stop, count) = (Tasks::default(), CancellationToken::new(), AtomicU32::new(0));
    let mut shown = Vec::new();
    let keep = tasks.keep(schedule(), &stop, || {
        shown.extend(tasks.list().pop().filter(|task| task.duration_ms.is_some()).map(|task| task.problem));
        if count.fetch_add(1, Ordering::Relaxed) == 3 {
            stop.cancel();
        }
        run()
    });
    tokio::time::timeout(Duration::from_secs(10), keep).await.expect("the task goes on");
    assert_eq!(tasks.list(), [], "one that was stopped is not shown");
    shown
}

#[tokio::test]
async fn one_that_succeeds_shows_no_problem() {
    assert_eq!(three_runs(|| async { Ok(()) }).await, [None, None, None]);
}

#[tokio::test]
async fn one_that_fails_shows_why_and_runs_again() {
    let shown = three_runs(|| async { Err(Problem::unavailable("driver", "no engine").into()) }).await;
    assert_eq!(shown.len(), 3);
    assert!(
        shown.iter().all(|problem| problem.as_ref().is_some_and(|text| text.contains("no engine"))),
        "{shown:?}"
    );
}

#[tokio::test]
async fn one_that_hangs_is_ended_at_its_deadline_and_runs_again() {
    let shown = three_runs(std::future::pending).await;
    assert_eq!(shown, vec![Some("it was not done within 0.02 s".to_owned()); 3]);
}

#[tokio::test]
async fn one_that_panics_says_so_and_runs_again() {
    let shown = three_runs(|| async { panic!("a hole in a table") }).await;
    assert_eq!(shown, vec![Some("it panicked: a hole in a table".to_owned()); 3]);
}
