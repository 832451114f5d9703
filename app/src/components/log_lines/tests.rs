use model::{LogLine, LogStream};
use time::macros::datetime;

use super::{level, line_html, plain_html};

fn line(stream: LogStream, text: &str) -> LogLine {
    LogLine { at: datetime!(2026-11-23 21:42:08 UTC), stream, text: text.into() }
}

#[test]
fn a_line_of_the_json_log_reads_as_a_sentence_with_the_line_in_its_title() {
    let text = r#"{"timestamp":"t","level":"INFO","fields":{"message":"slow <acquire>","waited_ms":1900},"target":"pool"}"#;
    let html = line_html(&line(LogStream::Stdout, text));
    assert!(html.contains(">slow &lt;acquire&gt; waited_ms=1900</span>"), "{html}");
    assert!(html.contains("title=\"{&quot;timestamp&quot;"), "{html}");
}

#[test]
fn the_level_is_what_the_line_says_and_else_where_it_was_printed() {
    assert_eq!(level(&line(LogStream::Stdout, r#"{"level":"ERROR","message":"x"}"#)), (Some("bad"), "ERROR"));
    assert_eq!(level(&line(LogStream::Stderr, "thread main panicked")), (None, "err"));
    assert_eq!(level(&line(LogStream::Platform, "started")), (Some("move"), "fleet"));
}

#[test]
fn a_line_of_a_problem_has_the_level_and_time_that_it_tells() {
    let text = r#"{"timestamp":"2026-11-23T21:42:08.25Z","level":"ERROR","fields":{"message":"no table"}}"#;
    let html = plain_html(text);
    assert!(html.starts_with("<li data-tone=\"bad\"><time"), "{html}");
    assert!(html.contains(">21:42:08.250</time>") && html.contains(">no table</span></li>"), "{html}");
    assert_eq!(
        plain_html("Error: 1"),
        "<li><span></span><span class=\"level\"></span><span title=\"Error: 1\">Error: 1</span></li>"
    );
}
