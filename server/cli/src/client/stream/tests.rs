//! Lines, however the bytes are cut.

use super::Pending;

#[test]
fn lines_come_out_whole_however_they_were_cut() {
    let text = "first\r\n\nthird \u{fc}\n";
    for cut in 0..text.len() {
        let mut pending = Pending::default();
        let mut lines = Vec::new();
        for part in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
            pending.0.extend(part);
            lines.extend(std::iter::from_fn(|| pending.line()));
        }
        assert_eq!(lines, ["first", "", "third \u{fc}"], "cut at {cut}");
    }
}

#[test]
fn a_line_without_its_end_waits() {
    let mut pending = Pending::default();
    pending.0.extend(b"half");
    assert_eq!(pending.line(), None);
    pending.0.extend(b" and half\n");
    assert_eq!(pending.line().as_deref(), Some("half and half"));
}
