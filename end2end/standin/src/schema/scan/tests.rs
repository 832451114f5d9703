use super::*;

#[test]
fn brackets_in_strings_and_comments_do_not_count() {
    let (inside, rest) = block("{ a: '}', /* } */ b: \"\\\"}\", // it's }\n c: [1, {}] } tail").unwrap();
    assert_eq!(rest, " tail");
    assert_eq!(entries(&without_comments(inside)), [("a", "'}'"), ("b", "\"\\\"}\""), ("c", "[1, {}]")]);
}

#[test]
fn an_open_bracket_without_a_partner_is_no_block() {
    assert_eq!(block("{ a: 1"), None);
    assert_eq!(block("a"), None);
}

#[test]
fn keys_may_be_quoted_and_spreads_are_dropped() {
    assert_eq!(entries("'a b': 1, ...rest, c: x => { y: 2 }"), [("a b", "1"), ("c", "x => { y: 2 }")]);
}

#[test]
fn characters_of_several_bytes_keep_the_offsets_right() {
    assert_eq!(split("'ä,ö', ü, 🚀", ','), ["'ä,ö'", " ü", " 🚀"]);
    assert_eq!(unquote("'"), None);
}

#[test]
fn identifiers_do_not_begin_with_a_digit() {
    assert!(
        is_identifier("posts_2") && !is_identifier("2posts") && !is_identifier("a b") && !is_identifier("")
    );
}
