use std::collections::BTreeMap;

use model::{EnvDraft, EnvValue, Problem, SecretDraft};

use super::{EnvRow, drafts, faults_of, rows};

fn row(name: &str, value: &str, secret: &str) -> EnvRow {
    EnvRow { name: name.into(), value: value.into(), secret: secret.into() }
}

#[test]
fn rows_become_an_environment_and_empty_ones_nothing() {
    let env = drafts(&[row("A", " text ", ""), EnvRow::default(), row(" B ", "", " SMTP ")]).unwrap();
    let expected = BTreeMap::from([
        ("A".to_owned(), EnvDraft::Text(" text ".into())),
        ("B".to_owned(), EnvDraft::Secret(SecretDraft { secret: "SMTP".into() })),
    ]);
    assert_eq!(env, expected);
}

#[test]
fn a_value_without_a_name_is_not_lost() {
    let env = drafts(&[row("", "text", "")]).unwrap();
    assert!(env.contains_key(""), "the empty name is refused where names are checked");
}

#[test]
fn a_name_twice_and_a_row_with_two_values_are_refused_together() {
    let errors = drafts(&[row("A", "1", ""), row("A", "2", ""), row("B", "text", "SECRET")]).unwrap_err();
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["env.A", "env.B"]);
}

#[test]
fn an_environment_and_its_rows_are_the_same() {
    let env: BTreeMap<_, EnvValue> =
        serde_json::from_str(r#"{"A": "text", "B": {"secret": "SMTP"}}"#).unwrap();
    assert_eq!(rows(&env), [row("A", "text", ""), row("B", "", "SMTP")]);
}

#[test]
fn a_fault_stands_in_the_row_of_its_name_and_in_no_empty_one() {
    let sent = [row(" JWT_SECRET ", "mine", ""), row("A", "1", ""), EnvRow::default(), row("", "text", "")];
    let problem = Problem::field("env.JWT_SECRET", "JWT_SECRET is the platform's.", "another name");
    let number = |problem: &Problem| sent.each_ref().map(|row| faults_of(Some(problem), row).len());
    assert_eq!(number(&problem), [1, 0, 0, 0]);
    assert_eq!(number(&Problem::field("env.", "A name is empty.", "a name")), [0, 0, 0, 1]);
    assert_eq!(number(&Problem::field("hostname", "Taken.", "another")), [0; 4]);
}
