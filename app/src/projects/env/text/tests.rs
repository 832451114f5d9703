use model::{EnvDraft, FieldError, Problem, ProjectPatch};

use super::super::EnvRow;
use super::{all_drafts, faults};
use crate::projects::form::env_text::EnvTextForm;
use crate::projects::sample;

fn row(name: &str, value: &str) -> EnvRow {
    EnvRow { name: name.into(), value: value.into(), ..EnvRow::default() }
}

fn messages(faults: &[FieldError]) -> Vec<&str> {
    faults.iter().map(|fault| fault.message.as_str()).collect()
}

#[test]
fn rows_and_text_are_one_environment() {
    let env = all_drafts(&[row("A", "1"), EnvRow::default()], "B=2\r\nC=\"3\r\n4\"\r\n").unwrap();
    let values: Vec<_> = env.into_iter().collect();
    let text = |name: &str, value: &str| (name.to_owned(), EnvDraft::Text(value.into()));
    assert_eq!(values, [text("A", "1"), text("B", "2"), text("C", "3\n4")]);
}

#[test]
fn a_name_in_both_is_an_error_of_its_line() {
    let errors = all_drafts(&[row("A", "1")], "# more\nA=2").unwrap_err();
    assert_eq!(messages(&errors), ["Line 2: A is also in a row."]);
    let errors = all_drafts(&[row("A", "1"), row("A", "2")], "B").unwrap_err();
    assert_eq!(messages(&errors), ["A is listed twice.", "Line 1: The line contains no =."]);
}

#[test]
fn the_error_of_a_variable_has_its_line() {
    let text = "A=1\n\nDATABASE_URL=x\n";
    let problem = Problem::invalid(
        [("env.DATABASE_URL", "Not yours."), ("env.OTHER", "In a row."), ("hostname", "Taken.")]
            .map(|(field, message)| FieldError::new(field, model::Invalid::new(message, "another")))
            .into(),
    );
    assert_eq!(messages(&faults(Some(&problem), text)), ["Line 3: Not yours."]);
    let problem = EnvTextForm { env_text: "A=1\nB".into() }.patch().unwrap_err();
    assert_eq!(messages(&faults(Some(&problem), "A=1\nB")), ["Line 2: The line contains no =."]);
}

#[test]
fn the_text_of_a_project_is_its_environment() {
    let mut project = sample::project();
    project.env = serde_json::from_str(r#"{"A": "b c", "KEY": {"secret": "API_KEY"}}"#).unwrap();
    let form = EnvTextForm::of(&project);
    assert_eq!(form.env_text, "A=\"b c\"\nKEY=secret:API_KEY\n");
    let patch = form.patch().unwrap();
    assert_eq!(serde_json::to_value(&patch.env).unwrap(), serde_json::to_value(&project.env).unwrap());
    assert_eq!(ProjectPatch { env: None, ..patch }, ProjectPatch::default());
}
