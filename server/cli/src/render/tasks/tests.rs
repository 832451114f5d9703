use time::macros::datetime;

use super::*;

#[test]
fn what_failed_stands_first_with_its_reason() {
    let at = datetime!(2026-11-30 12:00:00 UTC);
    let task = |name: &str, period_ms, problem: Option<&str>| Task {
        name: name.into(),
        period_ms,
        deadline_ms: 60_000,
        started_at: Some(at),
        running: false,
        duration_ms: Some(12),
        problem: problem.map(Into::into),
    };
    let items = vec![
        task("projects", 10_000, None),
        task("driver", 86_400_000, Some("it was not done within 60 s")),
        Task { started_at: None, duration_ms: None, ..task("orphans", 200, None) },
    ];
    let text = table(&Page { items, next_cursor: None }, at + time::Duration::seconds(5));
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[1].join(" "), "driver 24 h 5 s ago 12 ms x it was not done within 60 s");
    assert_eq!(lines[2].join(" "), "projects 10 s 5 s ago 12 ms \u{2713} done");
    assert_eq!(lines[3].join(" "), "orphans 200 ms - - ? not finished yet");
}
