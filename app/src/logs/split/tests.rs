use model::{LogLine, LogStream};
use time::macros::datetime;

use super::{Pieces, is_known};
use crate::components::Numbered;

fn line(text: &str) -> LogLine {
    LogLine { at: datetime!(2026-11-23 21:42:08 UTC), stream: LogStream::Stdout, text: text.into() }
}

fn encode(line: &LogLine) -> String {
    serde_json::to_string(line).unwrap() + "\n"
}

#[test]
fn lines_survive_every_cut() {
    let sent = [line("ready"), line("grüße \u{1F600} from\tthe instance"), line("")];
    let wire: String = sent.iter().map(encode).collect();
    for size in 1..=wire.len() {
        let mut lines = Pieces::default();
        let received: Vec<LogLine> =
            wire.as_bytes().chunks(size).flat_map(|piece| lines.push(piece)).collect();
        assert_eq!(received, sent, "cut every {size} bytes");
    }
}

#[test]
fn what_is_no_line_of_a_log_is_left_out() {
    let mut lines = Pieces::default();
    assert_eq!(lines.push(b"nonsense\n\n{\"at\": 1}\n"), []);
    assert_eq!(lines.push(encode(&line("after")).as_bytes()), [line("after")]);
}

#[test]
fn lines_that_stand_on_the_page_are_known_by_their_time() {
    let at =
        |seconds, text: &str| LogLine { at: line("").at + time::Duration::seconds(seconds), ..line(text) };
    let shown = [at(0, "a"), at(1, "b"), at(1, "c")].map(|line| Numbered { number: 0, line: line.into() });
    for known in [at(0, "a"), at(0, "cut from the page"), at(1, "b"), at(1, "c")] {
        assert!(is_known(&shown, &known), "{known:?}");
    }
    assert!(!is_known(&shown, &at(1, "d")));
    assert!(!is_known(&shown, &at(2, "a")));
    assert!(!is_known(&[], &at(0, "a")));
}
