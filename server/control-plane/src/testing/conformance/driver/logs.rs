//! Facts about logs.

use futures::StreamExt;
use model::LogStream;
use tokio::time::timeout;

use super::{DriverFixture, PATIENCE, ended, id, log, run, tail};
use crate::ports::driver::{Follow, LogQuery};

/// The platform's own lines frame what the instance printed.
pub async fn tells_start_and_end(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (_, seen) = run(fixture, &id).await;
    fixture.print(&id, &seen, "hello there").await;
    log(&*driver, &id, "a printed line is logged", |lines| {
        lines.iter().any(|line| line.stream == LogStream::Stdout && line.text == "hello there")
    })
    .await;
    fixture.exit(&id, &seen, 4).await;
    ended(&*driver, &id).await;
    let lines = tail(&*driver, &id, 1000).await;
    let (first, last) = (lines.first().unwrap(), lines.last().unwrap());
    assert_eq!((first.stream, last.stream), (LogStream::Platform, LogStream::Platform));
    assert!(first.text.contains(&format!("pid {}", seen.pid.unwrap())), "{first:?}");
    assert!(last.text.contains("code 4"), "{last:?}");
    assert!(lines.is_sorted_by_key(|line| line.at));
}

/// A value to redact never shows.
pub async fn hides_secrets(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let mut spec = fixture.spec(&id);
    spec.redact.push("correct-horse-battery".to_owned().into());
    let seen = driver.ensure_running(&spec).await.unwrap();
    fixture.print(&id, &seen, "password correct-horse-battery staple").await;
    let lines = log(&*driver, &id, "the line is logged", |lines| {
        lines.iter().any(|line| line.text.ends_with(" staple"))
    })
    .await;
    assert!(lines.iter().all(|line| !line.text.contains("horse")), "{lines:?}");
    assert!(lines.iter().any(|line| line.text == "password [redacted] staple"), "{lines:?}");
}

/// A tail is the newest lines, oldest of them first.
pub async fn gives_the_newest_lines(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (_, seen) = run(fixture, &id).await;
    for number in 0..20 {
        fixture.print(&id, &seen, &format!("line {number}")).await;
    }
    log(&*driver, &id, "all lines are logged", |lines| lines.iter().any(|line| line.text == "line 19")).await;
    let texts: Vec<_> = tail(&*driver, &id, 3).await.into_iter().map(|line| line.text).collect();
    assert_eq!(texts, ["line 17", "line 18", "line 19"]);
    assert_eq!(tail(&*driver, &id, 0).await, vec![]);
}

/// Whoever follows sees new lines once each, also those of the next instance.
pub async fn follows_across_restarts(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (spec, first) = run(fixture, &id).await;
    let mut lines = driver.logs(&id, LogQuery { tail: 0, follow: Follow::Yes }).await.unwrap();
    fixture.print(&id, &first, "before").await;
    fixture.exit(&id, &first, 0).await;
    ended(&*driver, &id).await;
    let second = driver.ensure_running(&spec).await.unwrap();
    fixture.print(&id, &second, "after").await;
    let mut seen = Vec::new();
    while seen.last().is_none_or(|text| text != "after") {
        seen.push(timeout(PATIENCE, lines.next()).await.unwrap().unwrap().unwrap().text);
    }
    let count = |wanted: &str| seen.iter().filter(|text| text.contains(wanted)).count();
    assert_eq!((count("before"), count("exited with code 0"), count("after")), (1, 1, 1), "{seen:?}");
    assert_eq!(count(&format!("pid {}", second.pid.unwrap())), 1, "{seen:?}");
}

/// Another driver reads what was printed before it was there.
pub async fn survives_the_control_plane(fixture: &dyn DriverFixture) {
    let id = id("shop");
    let (_, seen) = run(fixture, &id).await;
    fixture.print(&id, &seen, "written before").await;
    let driver = fixture.restarted();
    log(&*driver, &id, "the line is read after a restart", |lines| {
        lines.iter().any(|line| line.text == "written before")
    })
    .await;
}
