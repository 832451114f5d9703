//! Lines of the stream, and patience.

use super::*;

#[test]
fn only_data_that_is_a_hint_counts() {
    assert_eq!(hint(r#"data: {"topic":"fleet"}"#), Some(Hint::Fleet));
    assert_eq!(
        hint(r#"data:{"topic":"project","project_id":"crm"}"#),
        Some(Hint::Project { project_id: "crm".parse().unwrap() })
    );
    for nothing in ["", ": still here", "event: fleet", "data: {}", "data: {\"topic\":\"later\"}", "retry: 5"]
    {
        assert_eq!(hint(nothing), None, "{nothing}");
    }
}

#[test]
fn patience_grows_and_has_an_end() {
    let mut patience = Patience::new();
    let waits: Vec<u64> = std::iter::repeat_with(|| patience.longer().as_secs()).take(6).collect();
    assert_eq!(waits, [1, 2, 4, 8, 10, 10]);
}
