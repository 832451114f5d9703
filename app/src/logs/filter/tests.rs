use model::{LogLine, LogStream};
use time::macros::datetime;

use super::{Filter, Least};
use crate::address::Query;

fn line(text: &str) -> LogLine {
    LogLine { at: datetime!(2026-11-23 21:42:08 UTC), stream: LogStream::Stdout, text: text.into() }
}

#[test]
fn errors_are_warnings_too_and_a_text_is_found_in_any_case() {
    let (error, warning, plain) =
        (line(r#"{"level":"ERROR"}"#), line(r#"{"level":"WARN"} Slow acquire"#), line("ready"));
    let admits = |text: &str, least| {
        let filter = Filter { text: text.into(), least };
        [&error, &warning, &plain].map(|line| filter.admits(line))
    };
    assert_eq!(admits("", Least::All), [true, true, true]);
    assert_eq!(admits("", Least::Warnings), [true, true, false]);
    assert_eq!(admits("", Least::Errors), [true, false, false]);
    assert_eq!(admits(" slow ", Least::All), [false, true, false]);
}

#[test]
fn the_address_keeps_both_and_is_read_back() {
    let filter = Filter { text: "a&b".into(), least: Least::Errors };
    let address = filter.address("/projects/crm/logs", &[]);
    assert_eq!(address, "/projects/crm/logs?level=error&q=a%26b");
    assert_eq!(Filter::from_query(&Query::parse("level=error&q=a%26b")), filter);
    assert_eq!(Filter::default().address("/logs", &[]), "/logs");
    assert_eq!(filter.address("/logs", &[("tail", "20")]), "/logs?level=error&q=a%26b&tail=20");
}

#[test]
fn an_unknown_level_hides_nothing() {
    assert!(Filter::from_query(&Query::parse("level=shouting")).is_open());
}
