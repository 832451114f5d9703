//! Background tasks of the control plane.

use std::time::Duration;

use model::{Page, Task};
use time::OffsetDateTime;

use super::words::{ago, plain};

/// One row a task, those that failed first.
pub fn table(page: &Page<Task>, now: OffsetDateTime) -> String {
    let mut tasks: Vec<&Task> = page.items.iter().collect();
    tasks.sort_by_key(|task| task.problem.is_none());
    let rows = tasks.into_iter().map(|task| {
        let started = task.started_at.map_or_else(|| "-".into(), |at| ago(at, now));
        let took = task.duration_ms.map_or_else(|| "-".into(), |ms| format!("{ms} ms"));
        let outcome = match &task.problem {
            Some(problem) => format!("x {}", plain(problem)),
            None if task.duration_ms.is_none() => "? not finished yet".into(),
            None => "\u{2713} done".into(),
        };
        [task.name.clone(), every(task.period_ms), started, took, outcome]
    });
    super::table(["TASK", "EVERY", "STARTED", "TOOK", "LAST RESULT"], rows, "No task runs.")
}

fn every(period_ms: u64) -> String {
    let seconds = Duration::from_millis(period_ms).as_secs();
    match seconds {
        0 => format!("{period_ms} ms"),
        1..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests;
