use proptest::prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, proptest};

use super::Redactor;

fn redacted(secrets: &[&str], pieces: &[&str]) -> String {
    let secrets: Vec<String> = secrets.iter().map(|&secret| secret.to_owned()).collect();
    let mut redactor = Redactor::new(&secrets);
    let mut out = Vec::new();
    for piece in pieces {
        redactor.push(piece.as_bytes(), &mut out);
    }
    redactor.finish(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn takes_out_whole_split_and_nested_values() {
    assert_eq!(redacted(&["hunter2"], &["pw=hunter2!\n"]), "pw=[redacted]!\n");
    assert_eq!(redacted(&["hunter2"], &["pw=hun", "ter", "2!\n"]), "pw=[redacted]!\n");
    assert_eq!(redacted(&["abc", "abcdef"], &["abcdef abc abcx"]), "[redacted] [redacted] [redacted]x");
    assert_eq!(redacted(&["aab"], &["aaab"]), "a[redacted]");
    assert_eq!(redacted(&["", "x1"], &["x1 x2"]), "[redacted] x2");
    assert_eq!(redacted(&[], &["nothing to hide"]), "nothing to hide");
}

#[test]
fn a_value_of_several_lines_goes_whole_line_by_line_and_escaped() {
    let key = "-----BEGIN KEY-----\nMIIEvgIBADANBgkq\n-----END KEY-----";
    assert_eq!(redacted(&[key], &[key, "\n"]), "[redacted]\n");
    assert_eq!(redacted(&[key], &["> MIIEvgIBADANBgkq <"]), "> [redacted] <");
    let json = format!("{{\"key\":\"{}\"}}", key.replace('\n', "\\n"));
    assert_eq!(redacted(&[key], &[&json]), "{\"key\":\"[redacted]\"}");
}

#[test]
fn the_beginning_of_a_value_at_the_end_of_a_stream_is_one() {
    assert_eq!(redacted(&["hunter2"], &["pw=hunte"]), "pw=[redacted]");
    assert_eq!(redacted(&["hunter2"], &["oh"]), "oh");
}

#[test]
fn nothing_waits_that_cannot_become_a_value() {
    let mut redactor = Redactor::new(&["hunter2".into()]);
    let mut out = Vec::new();
    redactor.push(b"hunting\n", &mut out);
    assert_eq!(out, b"hunting\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_cut_lets_a_value_through(
        secret in "[ab]{5,9}",
        text in prop::collection::vec("[ab\n]{0,12}", 0..6),
        cuts in prop::collection::vec(1_usize..7, 0..40),
    ) {
        let text = text.join(&secret);
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        let out = redacted(&[&secret], &pieces);
        prop_assert!(!out.contains(&secret), "{out:?}");
        prop_assert_eq!(out, redacted(&[&secret], &[&text]), "the cuts must not matter");
    }
}
