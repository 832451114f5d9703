use time::macros::datetime;

use super::{LogLevel, LogText};

#[test]
fn a_line_of_the_json_log_is_level_time_message_and_fields() {
    let line = r#"{"timestamp":"2026-11-30T10:00:00.5Z","level":"ERROR","fields":{"message":"no such table","waited_ms":1900},"target":"pool"}"#;
    let parsed = LogText::parse(line);
    assert_eq!(parsed.level, Some(LogLevel::Error));
    assert_eq!(parsed.at, Some(datetime!(2026-11-30 10:00:00.5 UTC)));
    assert_eq!(parsed.message, "no such table waited_ms=1900");
}

#[test]
fn fields_beside_the_message_are_kept_and_a_time_of_another_form_is_none() {
    let parsed = LogText::parse(r#"{"timestamp":"noon","level":"warn","message":"full","left":0}"#);
    assert_eq!((parsed.at, parsed.level), (None, Some(LogLevel::Warn)));
    assert_eq!(parsed.message, "full left=0");
}

#[test]
fn a_line_that_was_cut_off_keeps_its_level() {
    let line = r#"{"level":"WARN","fields":{"mess"#;
    let parsed = LogText::parse(line);
    assert_eq!((parsed.level, parsed.message.as_str()), (Some(LogLevel::Warn), line));
}

#[test]
fn what_is_not_a_json_log_line_stays_as_it_is() {
    for line in ["Connecting to [redacted]", "{\"cut off", "[1]", "{\"a\":1}", ""] {
        assert_eq!(LogText::parse(line), LogText { at: None, level: None, message: line.into() });
    }
}
