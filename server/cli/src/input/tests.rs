//! What of a piped value is the value.

use super::one_line_end_less;

#[test]
fn a_line_loses_its_line_end_and_several_lines_lose_nothing() {
    let cases = [
        ("value", "value"),
        ("value\n", "value"),
        ("value\r\n", "value"),
        ("value \n", "value "),
        ("\n", ""),
        ("-----BEGIN\nx\n-----END\n", "-----BEGIN\nx\n-----END\n"),
        ("value\n\n", "value\n\n"),
    ];
    for (given, expected) in cases {
        assert_eq!(one_line_end_less(given.into()), expected, "{given:?}");
    }
}
