//! The log: lines of an operation carry its id, and an error is logged once.

use std::io;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use control_plane::ports::driver::Release;
use serde_json::Value;
use sqlx::Connection as _;
use tracing::subscriber::DefaultGuard;

use super::support::{DEADLINE, Fleet};

/// The log of this test's thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Captures until the guard is dropped.
    fn capture(&self) -> DefaultGuard {
        let writer = self.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        tracing::subscriber::set_default(subscriber)
    }

    /// Lines that contain the text.
    fn lines(&self, text: &str) -> Vec<String> {
        let log = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        log.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
    }

    /// Waits for the first line that contains the text.
    async fn line(&self, text: &str) -> String {
        let found = async {
            loop {
                if let Some(line) = self.lines(text).pop() {
                    return line;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(DEADLINE, found).await.unwrap()
    }
}

#[tokio::test]
async fn the_failure_of_a_step_is_logged_with_operation_and_project() {
    let log = Log::default();
    let _guard = log.capture();
    let fleet = Fleet::new().await;
    fleet.driver.lose_release(&Release::Program("/bin/atomo-server".into()));
    let accepted = fleet.operator().post("/projects", &fleet.draft("shop")).await;
    let accepted: Value = accepted.ok(StatusCode::ACCEPTED).json();
    let (plane, stop) = (fleet.plane.clone(), fleet.stop.clone());
    let mut term = plane.registry().lock_engine().await.unwrap().begin_term().await.unwrap();
    let engine = tokio::spawn(async move { plane.run(&mut term, stop).await });

    let line = log.line("step failed").await;
    let operation = accepted["operation"]["id"].as_str().unwrap();
    assert!(line.contains(&format!("operation.id={operation}")), "{line}");
    assert!(line.contains("project.id=shop"), "{line}");

    fleet.stop.cancel();
    engine.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_internal_error_is_logged_once_with_its_cause_and_answered_without() {
    let log = Log::default();
    let fleet = Fleet::new().await;
    let mut behind = sqlx::PgConnection::connect_with(&fleet.registry()).await.unwrap();
    sqlx::query("alter table projects rename to moved_away").execute(&mut behind).await.unwrap();

    let _guard = log.capture();
    let answer = fleet.operator().get("/projects").await;
    let problem: Value = answer.ok(StatusCode::INTERNAL_SERVER_ERROR).json();
    assert_eq!(problem["title"], "Internal registry error");
    assert!(!problem.to_string().contains("relation"), "{problem}");
    let errors = log.lines("ERROR");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("reading a page of projects") && errors[0].contains("does not exist"),
        "{errors:?}"
    );
}
