use std::fs;

use super::{End, RECORD, Reached, Record};
use crate::process::{ProcessKey, boot_id};

fn record() -> Record {
    Record {
        boot: boot_id(),
        keeper: ProcessKey { pid: 10, started: 1000 },
        instance: ProcessKey { pid: 11, started: 1001 },
        digest: "abc".into(),
        release: "/opt/atomo-server".into(),
        address: "127.0.0.1:4000".into(),
        started_at: 1_700_000_000_123,
        end: None,
    }
}

const END: End = End {
    code: None,
    signal: Some(9),
    at: 1_700_000_001_000,
    peak_memory: Some(4096),
    out_of_memory: Some(Reached { limit: 8192, peak: Some(8000) }),
};

#[test]
fn is_read_as_written_and_absent_is_none() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Record::read(folder.path()).unwrap(), None);
    let mut record = record();
    record.write(folder.path()).unwrap();
    assert_eq!(Record::read(folder.path()).unwrap(), Some(record.clone()));
    record.write_end(folder.path(), END).unwrap();
    let read = Record::read(folder.path()).unwrap().unwrap();
    assert_eq!((read.end, read.is_of_this_boot()), (Some(END), true));
}

#[test]
fn an_end_goes_behind_the_start_when_no_file_can_be_made() {
    let folder = tempfile::tempdir().unwrap();
    record().write(folder.path()).unwrap();
    fs::create_dir(folder.path().join("record.new")).unwrap();
    record().write_end(folder.path(), END).unwrap();
    assert_eq!(Record::read(folder.path()).unwrap().unwrap().end, Some(END));
}

#[test]
fn a_cut_end_is_none_and_a_cut_start_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = record();
    record.write_end(folder.path(), END).unwrap();
    let text = fs::read_to_string(folder.path().join(RECORD)).unwrap();
    fs::write(folder.path().join(RECORD), &text[..text.len() - "ended=\n".len()]).unwrap();
    assert_eq!(Record::read(folder.path()).unwrap().unwrap().end, None);
    fs::write(folder.path().join(RECORD), &text[..40]).unwrap();
    assert_eq!(Record::read(folder.path()).unwrap(), None);
}

#[test]
fn a_line_break_in_a_value_makes_no_field() {
    let folder = tempfile::tempdir().unwrap();
    let record = Record { digest: "a\nexit_code=0\nended=\nended_at=1".into(), ..record() };
    record.write(folder.path()).unwrap();
    assert_eq!(Record::read(folder.path()).unwrap().unwrap().end, None);
}
