//! What is quoted is one token, whatever is in it.

use super::{identifier, literal};

#[test]
fn identifiers_keep_hyphens_case_and_quotes() {
    assert_eq!(identifier("proj_a-b"), r#""proj_a-b""#);
    assert_eq!(identifier("Select"), r#""Select""#);
    assert_eq!(identifier(r#"a"; drop role b; --"#), r#""a""; drop role b; --""#);
}

#[test]
fn literals_end_only_where_they_should() {
    assert_eq!(literal("10s"), "'10s'");
    assert_eq!(literal("it's"), "'it''s'");
    assert_eq!(literal(r"\'; drop role b; --"), r"E'\\''; drop role b; --'");
}
