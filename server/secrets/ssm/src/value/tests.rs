//! Every value survives, and none becomes another.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn a_value_comes_back_from_a_text_that_aws_takes(value in "(\\PC|[\\x00-\\x1f]|atomo-base64:|\\{\\{){0,40}") {
        let text = encode(&value);
        prop_assert_eq!(decode(&text), Some(value));
        prop_assert!(!text.is_empty() && !text.contains("{{") && !text.contains('\0'));
    }

    #[test]
    fn what_aws_takes_stands_there_as_it_is(value in "[A-Za-z0-9/+=:@. -]{1,60}") {
        prop_assert_eq!(encode(&value), value);
    }
}

#[test]
fn a_damaged_text_is_no_value() {
    for text in ["atomo-base64:?", "atomo-base64:/w=="] {
        assert_eq!(decode(text), None);
    }
    assert_eq!(encode(""), MARK);
}
