use std::io::Write;

use super::{Capture, LONGEST_LINE, Pulled};
use crate::log_file::{Line, LogFile, Source, segment};
use crate::redact::Redactor;

/// What is stored of these writes, each of which is one read.
fn stored(writes: &[&[u8]]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let mut log = LogFile::open(folder.path()).unwrap();
    let (output, mut input) = std::io::pipe().unwrap();
    let mut capture = Capture::new(output.into(), Source::Stdout, Redactor::new(&["hunter2-secret".into()]));
    for write in writes {
        for piece in write.chunks(4096) {
            input.write_all(piece).unwrap();
            assert_eq!(capture.pull(&mut log), Pulled::More);
        }
    }
    drop(input);
    assert_eq!(capture.pull(&mut log), Pulled::End);
    let bytes = std::fs::read(segment(folder.path(), 1)).unwrap();
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(Line::parse);
    lines.map(|line| line.text.to_vec()).collect()
}

#[test]
fn lines_are_cut_at_line_ends_only() {
    let lines = stored(&[b"one\ntw", b"o\r\n\nlast"]);
    assert_eq!(lines, [b"one".to_vec(), b"two".to_vec(), b"".to_vec(), b"last".to_vec()]);
}

#[test]
fn a_line_without_end_is_stored_in_parts_that_hide_a_secret_on_every_cut() {
    for before in LONGEST_LINE - 20..LONGEST_LINE + 5 {
        let mut text = vec![b'x'; before];
        text.extend_from_slice(b"hunter2-secret");
        text.extend(vec![b'y'; 100]);
        let lines = stored(&[&text]);
        assert!(lines.len() == 2 && lines[0].len() == LONGEST_LINE, "{} parts", lines.len());
        let whole = lines.concat();
        assert_eq!(whole.len(), before + "[redacted]".len() + 100);
        let leaks = whole.windows(4).any(|window| window == b"hunt" || window == b"cret");
        assert!(!leaks, "a part of the secret is stored at {before}");
    }
}
