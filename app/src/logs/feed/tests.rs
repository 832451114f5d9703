use model::{LogLine, LogStream};
use time::macros::datetime;

use super::{KEPT, Lines};

fn lines(numbers: std::ops::Range<usize>) -> Vec<LogLine> {
    let line = |number: usize| LogLine {
        at: datetime!(2026-11-23 21:42:08 UTC) + time::Duration::milliseconds(i64::try_from(number).unwrap()),
        stream: LogStream::Stdout,
        text: format!("line {number}"),
    };
    numbers.map(line).collect()
}

fn numbers(lines: &Lines) -> Vec<u64> {
    lines.before(None).map(|line| line.number).collect()
}

#[test]
fn a_stream_that_begins_again_brings_only_what_is_new() {
    let mut page = Lines::begin(lines(0..3));
    page.add(lines(1..5), &mut true);
    assert_eq!(numbers(&page), [0, 1, 2, 3, 4]);
}

#[test]
fn a_line_keeps_its_number_when_the_oldest_ones_go() {
    let mut page = Lines::begin(lines(0..KEPT));
    page.add(lines(KEPT..KEPT + 2), &mut true);
    let numbers = numbers(&page);
    assert_eq!((numbers.len(), numbers.first(), numbers.last()), (KEPT, Some(&2), Some(&(KEPT as u64 + 1))));
}

#[test]
fn what_comes_after_a_pause_waits() {
    let mut page = Lines::begin(lines(0..2));
    let paused = page.next;
    page.add(lines(2..4), &mut true);
    assert_eq!(page.before(Some(paused)).count(), 2);
    assert_eq!(page.before(None).count(), 4);
}
