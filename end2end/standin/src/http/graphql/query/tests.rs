use serde_json::json;

use super::*;

fn only(text: &str, name: Option<&str>, variables: Value) -> Call {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    let mut calls = calls(text, name, &variables).unwrap();
    assert_eq!(calls.len(), 1);
    calls.remove(0)
}

#[test]
fn literals_and_variables_become_json() {
    let text = "mutation M($t: String) {
        made: create(model: \"Post\", data: {title: $t, views: 3, tags: [A], at: null}) { id }
    }";
    let call = only(text, None, json!({ "t": "Hello" }));
    assert_eq!((call.kind, call.key.as_str(), call.field.as_str()), (Kind::Mutation, "made", "create"));
    assert_eq!(*call.argument("data"), json!({ "title": "Hello", "views": 3, "tags": ["A"], "at": null }));
    assert_eq!(*call.argument("limit"), Value::Null);
}

#[test]
fn the_named_operation_is_chosen() {
    let text = "query A { __typename } query B { records(model: \"Post\", limit: 2) }";
    assert_eq!(only(text, Some("B"), json!({})).argument("limit"), 2);
    assert!(matches!(calls(text, Some("C"), &Map::new()), Err(GraphqlError::NoOperation { .. })));
}

#[test]
fn an_empty_query_is_an_error() {
    assert!(calls("", None, &Map::new()).is_err());
}
