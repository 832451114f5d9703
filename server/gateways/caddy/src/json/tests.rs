//! Bytes as Go's encoder writes them.

use serde_json::json;

use super::*;

#[test]
fn what_matters_in_html_is_escaped_and_reads_back() {
    let value = json!({ "b": "<p a=\"1\">&\u{2028}\n\t\\</p>", "a": [1, true, null, "größe"] });
    let text = text(&value);
    assert_eq!(
        text,
        r#"{"a":[1,true,null,"größe"],"b":"\u003cp a=\"1\"\u003e\u0026\u2028\n\t\\\u003c/p\u003e"}"#
    );
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
}

#[test]
fn a_field_may_be_written_by_somebody_else() {
    let value = json!({ "a": 1, "b": null, "c": 3 });
    let mut out = Vec::new();
    object(&mut out, value.as_object().unwrap(), |out, key, _| {
        let is_ours = key == "b";
        out.extend_from_slice(if is_ours { b"[2]" } else { b"" });
        is_ours
    });
    assert_eq!(String::from_utf8(out).unwrap(), r#"{"a":1,"b":[2],"c":3}"#);
}
