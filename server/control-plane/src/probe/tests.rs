//! The digest of what a server serves does not depend on the order in which it prints it.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn another_model_is_another_digest() {
    assert_ne!(digest(json!({"Shop": {}})), digest(json!({"Shop": {}, "Sale": {}})));
    assert_ne!(digest(json!({"Shop": {"fields": ["a"]}})), digest(json!({"Shop": {"fields": ["b"]}})));
}

proptest! {
    #[test]
    fn the_order_of_attributes_is_not_part_of_the_digest(names in prop::collection::vec("[a-z]{1,4}", 0..6)) {
        let models = |names: &[String]| {
            let fields: Vec<_> = names.iter().map(|name| json!({"name": name, "attributes": ["b", "a"]})).collect();
            json!({"Shop": {"fields": fields}})
        };
        let mut reversed = names.clone();
        reversed.reverse();
        prop_assert_eq!(digest(models(&names)), digest(models(&reversed)));
    }
}
