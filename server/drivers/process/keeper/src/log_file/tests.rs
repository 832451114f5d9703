use std::fs;

use super::{Line, LogFile, SEGMENT_BYTES, SEGMENTS, Source, segment, segments};

#[test]
fn lines_are_read_as_written_and_go_on_after_a_torn_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = LogFile::open(folder.path()).unwrap();
    log.write(Source::Stdout, b"one two  three");
    log.write(Source::Stderr, b"");
    drop(log);
    let path = segment(folder.path(), 1);
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend_from_slice(b"1700 o torn");
    fs::write(&path, &bytes).unwrap();
    LogFile::open(folder.path()).unwrap().write(Source::Platform, b"after");

    let bytes = fs::read(&path).unwrap();
    let lines: Vec<_> = bytes.split(|b| *b == b'\n').filter_map(Line::parse).collect();
    let seen: Vec<_> = lines.iter().map(|line| (line.source, line.text)).collect();
    let expected: [(Source, &[u8]); 4] = [
        (Source::Stdout, b"one two  three"),
        (Source::Stderr, b""),
        (Source::Stdout, b"torn"),
        (Source::Platform, b"after"),
    ];
    assert_eq!(seen, expected);
    assert!(lines[0].at > 1_700_000_000_000_000, "microseconds after the epoch");
    assert_eq!(Line::parse(b"12 x what"), None);
    assert_eq!(Line::parse(b"rubbish"), None);
}

#[test]
fn a_folder_never_holds_more_than_its_share() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = LogFile::open(folder.path()).unwrap();
    let line = vec![b'x'; 1 << 20];
    for _ in 0..30 {
        log.write(Source::Stdout, &line);
    }
    let numbers = segments(folder.path()).unwrap();
    assert!(numbers.len() <= SEGMENTS && numbers[0] > 1, "{numbers:?}");
    for number in numbers {
        let length = fs::metadata(segment(folder.path(), number)).unwrap().len();
        assert!(length < SEGMENT_BYTES + line.len() as u64 + 64, "{length}");
    }
}

#[test]
fn lost_lines_are_counted_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = LogFile::open(folder.path()).unwrap();
    let away = folder.path().with_extension("away");
    log.open = None;
    fs::rename(folder.path(), &away).unwrap();
    log.write(Source::Stdout, b"lost");
    log.write(Source::Stdout, b"lost as well");
    fs::rename(&away, folder.path()).unwrap();
    log.write(Source::Stdout, b"back");
    let text = fs::read_to_string(segment(folder.path(), 1)).unwrap();
    assert!(text.contains(" p 2 lines of the log are lost"), "{text}");
    assert!(text.ends_with(" o back\n") && !text.contains("as well"), "{text}");
}

#[test]
fn no_folder_has_no_segments() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(segments(&folder.path().join("absent")).unwrap(), Vec::<u64>::new());
}
