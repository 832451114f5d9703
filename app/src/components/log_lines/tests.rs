use model::{LogLine, LogStream};
use time::macros::datetime;

use super::{level, readable};

fn line(stream: LogStream, text: &str) -> LogLine {
    LogLine { at: datetime!(2026-11-23 21:42:08 UTC), stream, text: text.into() }
}

#[test]
fn a_line_of_the_json_log_reads_as_a_sentence() {
    let text = r#"{"timestamp":"t","level":"INFO","fields":{"message":"slow acquire","waited_ms":1900},"target":"pool"}"#;
    assert_eq!(readable(text), "slow acquire waited_ms=1900");
    assert_eq!(readable("Connecting to database: [redacted]"), "Connecting to database: [redacted]");
    assert_eq!(readable("{\"cut off"), "{\"cut off");
}

#[test]
fn the_level_is_what_the_line_says_and_else_where_it_was_printed() {
    assert_eq!(level(&line(LogStream::Stdout, r#"{"level":"ERROR"}"#)), (Some("bad"), "ERROR"));
    assert_eq!(level(&line(LogStream::Stderr, "thread main panicked")), (None, "err"));
    assert_eq!(level(&line(LogStream::Platform, "started")), (Some("move"), "fleet"));
}
