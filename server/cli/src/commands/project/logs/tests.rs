//! What comes again after a cut.

use model::LogStream;
use time::Duration;
use time::macros::datetime;

use super::*;

fn line(second: i64, text: &str) -> LogLine {
    let at = datetime!(2026-01-02 03:04:05 UTC) + Duration::seconds(second);
    LogLine { at, stream: LogStream::Stdout, text: text.into() }
}

fn told(shown: &mut Shown, lines: &[LogLine]) -> Vec<String> {
    shown.reconnect();
    lines.iter().filter(|line| shown.is_new(line)).map(|line| line.text.clone()).collect()
}

#[test]
fn after_a_cut_only_what_is_new_is_shown() {
    let mut shown = Shown::default();
    assert_eq!(told(&mut shown, &[line(1, "a"), line(2, "b"), line(2, "b")]), ["a", "b", "b"]);
    let again = [line(1, "a"), line(2, "b"), line(2, "b"), line(2, "c"), line(3, "d")];
    assert_eq!(told(&mut shown, &again), ["c", "d"]);
    assert!(told(&mut shown, &again).is_empty());
    assert_eq!(told(&mut shown, &[line(3, "d"), line(3, "d")]), ["d"]);
}
