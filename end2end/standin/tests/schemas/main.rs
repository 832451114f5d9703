//! Every schema change of `end2end/schemas`: what preflight predicts is what the server then does.
//!
//! For each case a database of its own: the server starts with the file before, rows are written, preflight predicts, the server
//! starts with the file after, and the test compares the database with the prediction. `end2end/schemas/README.md` describes cases.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod case;
mod database;
mod observed;
mod predicted;
mod server;
mod verdict;

use std::sync::Arc;

use case::Case;
use database::Workshop;
use futures::{StreamExt as _, stream};
use observed::Observed;
use predicted::Prediction;

/// Cases at once; each has one server and three connections.
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn predictions_are_what_happens() {
    let cases = case::all();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let workshop = Arc::new(Workshop::open().await);
    let ran = stream::iter(cases).map(|case| {
        let workshop = Arc::clone(&workshop);
        async move {
            let faults = run(&workshop, &case).await;
            (case.name, faults)
        }
    });
    let mut ran: Vec<(String, Vec<String>)> = ran.buffer_unordered(AT_ONCE).collect().await;
    ran.retain(|(_, faults)| !faults.is_empty());
    ran.sort();
    let report: Vec<String> =
        ran.iter().map(|(name, faults)| format!("{name}:\n  {}", faults.join("\n  "))).collect();
    assert!(report.is_empty(), "{} cases differ\n{}", report.len(), report.join("\n"));
}

/// Where prediction, expectation and reality differ.
async fn run(workshop: &Workshop, case: &Case) -> Vec<String> {
    let database = workshop.database().await;
    if let Some(before) = &case.before {
        let outcome = server::start(&database.url, before).await;
        if let Some(error) = outcome.error {
            return vec![format!("the server does not start with the file before: {error}")];
        }
    }
    if let Err(error) = database.execute(&case.rows).await {
        return vec![format!("the rows are refused: {error}")];
    }
    workshop.superuser(&database, &case.superuser).await;
    let prediction = Prediction::of(workshop, &database, case).await;
    let observed = Observed::of(workshop, &database, case).await;
    let mut faults = verdict::expected(case, &prediction);
    faults.extend(verdict::happened(case, &prediction, &observed));
    faults
}
