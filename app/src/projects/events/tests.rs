use serde_json::json;

use super::{detail_text, what};

#[test]
fn the_facts_of_an_event_are_one_line() {
    let detail = json!({"operation": "0198", "hostname": "crm.example.com", "reuse_database": false, "env": ["A", "B"], "x": null});
    assert_eq!(detail_text(&detail), "env A B, hostname crm.example.com, reuse database no");
    assert_eq!(detail_text(&json!("text")), "text");
}

#[test]
fn an_action_is_told_in_its_words_and_everything_else_by_its_own() {
    assert_eq!(what("project.stop"), "Stop a project");
    assert_eq!(what("log_in"), "Log in");
}
