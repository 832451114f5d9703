use std::fs;
use std::io::Write;
use std::path::Path;

use keeper::log_file::{LogFile, Source, segment};

use super::Cursor;

fn write(folder: &Path, texts: &[&str]) {
    let mut log = LogFile::open(folder).unwrap();
    for text in texts {
        log.write(Source::Stdout, text.as_bytes());
    }
}

fn at_end(folder: &Path, count: usize) -> (Vec<String>, Cursor) {
    let (lines, cursor) = Cursor::at_end(folder, count).unwrap();
    (lines.into_iter().map(|line| line.text).collect(), cursor)
}

fn more(cursor: &mut Cursor) -> Vec<String> {
    cursor.more().unwrap().into_iter().map(|line| line.text).collect()
}

#[test]
fn a_tail_spans_segments_and_a_follower_misses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let big = "x".repeat(3 << 20);
    write(folder.path(), &["one", &big, "two", &big, "three"]);
    assert!(segment(folder.path(), 2).exists(), "the segments have changed");
    let (lines, mut cursor) = at_end(folder.path(), 3);
    assert_eq!((lines[0].as_str(), lines[1].len(), lines[2].as_str()), ("two", big.len(), "three"));
    assert_eq!(more(&mut cursor), Vec::<String>::new());
    write(folder.path(), &["four", &big, "five", &big, "six"]);
    let lines = more(&mut cursor);
    let short: Vec<_> = lines.iter().map(String::as_str).filter(|line| line.len() < 10).collect();
    assert_eq!((lines.len(), short), (5, vec!["four", "five", "six"]));
}

#[test]
fn a_line_is_given_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["one"]);
    let mut file = fs::File::options().append(true).open(segment(folder.path(), 1)).unwrap();
    file.write_all(b"17 o tw").unwrap();
    let (lines, mut cursor) = at_end(folder.path(), 10);
    assert_eq!(lines, ["one"]);
    assert_eq!(more(&mut cursor), Vec::<String>::new());
    file.write_all(b"o\n").unwrap();
    assert_eq!(more(&mut cursor), ["two"]);
}

#[test]
fn a_log_that_begins_later_or_anew_is_followed() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("shop");
    let (lines, mut cursor) = at_end(&folder, 10);
    assert_eq!(lines, Vec::<String>::new());
    fs::create_dir(&folder).unwrap();
    write(&folder, &["one"]);
    assert_eq!(more(&mut cursor), ["one"]);
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(more(&mut cursor), Vec::<String>::new());
    fs::create_dir(&folder).unwrap();
    write(&folder, &["two"]);
    assert_eq!(more(&mut cursor), ["two"]);
}
