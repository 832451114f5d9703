//! Actions: each is performed by a method, and the audit trail has no word that only looks like one.

use std::path::Path;

use model::{Action, EdgeDraft, LimitsDraft, ProjectPatch, SchemaRefDraft};

/// Every source file of the control plane, one after the other.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: std::path::PathBuf| match path.extension() {
        Some(extension) if extension == "rs" => std::fs::read_to_string(path).unwrap(),
        _ if path.is_dir() => sources(&path),
        _ => String::new(),
    };
    entries.map(text).collect()
}

fn control_plane() -> String {
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// What an edit of everything performs: it is named by the patch and not by a method.
fn edits() -> Vec<Action> {
    ProjectPatch {
        display_name: Some("Shop".into()),
        schema_ref: Some(SchemaRefDraft::default()),
        server: Some(String::new()),
        limits: Some(LimitsDraft::default()),
        edge: Some(EdgeDraft::default()),
        ..ProjectPatch::default()
    }
    .actions()
}

#[test]
fn every_action_is_performed_by_a_method() {
    let (sources, edits) = (control_plane(), edits());
    for action in Action::ALL.iter().filter(|action| !edits.contains(action)) {
        assert!(sources.contains(&format!("Action::{action:?}")), "no method performs {action}");
    }
}

#[test]
fn every_other_word_of_the_audit_trail_is_no_action_s() {
    let sources = control_plane();
    let words: Vec<&str> =
        sources.split("EventAction::Other(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(!words.is_empty());
    for word in words {
        assert!(word.parse::<Action>().is_err() && !word.contains('.'), "{word} looks like an action");
    }
}
