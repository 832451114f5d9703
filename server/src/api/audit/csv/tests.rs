use model::Actor;
use serde_json::json;
use time::OffsetDateTime;

use super::*;

fn cell(text: &str) -> String {
    let mut written = String::new();
    append_cell(&mut written, text);
    written
}

#[test]
fn every_cell_is_quoted() {
    assert_eq!(cell("Restarted"), "\"Restarted\"");
    assert_eq!(cell(""), "\"\"");
    assert_eq!(cell("a, b; c"), "\"a, b; c\"");
    assert_eq!(cell("say \"hi\""), "\"say \"\"hi\"\"\"");
    assert_eq!(cell("two\nlines"), "\"two\nlines\"");
    assert_eq!(cell("'quoted' ünï"), "\"'quoted' ünï\"");
}

#[test]
fn a_cell_that_a_spreadsheet_would_evaluate_is_preceded_by_an_apostrophe() {
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1", "\r=1"] {
        assert_eq!(cell(formula), format!("\"'{formula}\""));
    }
    assert_eq!(cell("=HYPERLINK(\"http://x\",1)"), "\"'=HYPERLINK(\"\"http://x\"\",1)\"");
    assert_eq!(cell("a=1"), "\"a=1\"");
}

#[test]
fn an_event_is_a_line_with_an_empty_cell_for_what_is_absent() {
    let event = ProjectEvent {
        id: 7,
        project_id: Some("shop".parse().unwrap()),
        action: "token.create".into(),
        sentence: "Token =1+1 created".into(),
        actor: Some(Actor::Token { name: "=ci".into(), operator: "ines@example.com".parse().unwrap() }),
        detail: Some(json!({"name": "=1+1"})),
        at: OffsetDateTime::UNIX_EPOCH,
    };
    let mut text = String::new();
    append(&mut text, &event);
    append(&mut text, &ProjectEvent { project_id: None, actor: None, detail: None, ..event });
    assert_eq!(
        text,
        "\"7\",\"1970-01-01T00:00:00Z\",\"shop\",\"token:=ci (ines@example.com)\",\"token.create\",\"Token =1+1 created\",\"{\"\"name\"\":\"\"=1+1\"\"}\"\r\n\
         \"7\",\"1970-01-01T00:00:00Z\",\"\",\"\",\"token.create\",\"Token =1+1 created\",\"\"\r\n"
    );
    assert_eq!(HEADER.trim_end().split(',').count(), 7);
}
