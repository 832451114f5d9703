use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{parse, print};
use crate::{EnvDraft, EnvName, EnvValue, SecretDraft, SecretUse};

fn text(text: &str) -> EnvDraft {
    EnvDraft::Text(text.into())
}

/// The only value of a text.
fn value(line: &str) -> EnvDraft {
    let mut found = parse(line).unwrap();
    assert_eq!(found.len(), 1, "{line:?}: {found:?}");
    found.remove(0).value
}

#[test]
fn a_line_is_a_name_and_a_value() {
    for (line, expected) in [
        ("A=b", "b"),
        ("A=", ""),
        ("A", "\u{0}"),
        ("  export A = b c  ", "b c"),
        ("export\tA=b", "b"),
        ("A=b # a comment", "b"),
        ("A=b#c", "b#c"),
        ("A=# a comment", ""),
        ("A=https://x.example/?a=b&c=d#e", "https://x.example/?a=b&c=d#e"),
        ("A='b \"c\" \\n $d # e'  # a comment", "b \"c\" \\n $d # e"),
        ("A=\"b 'c' \\\"d\\\" \\\\ \\$e \\n\\tf \\q # g\"", "b 'c' \"d\" \\ $e \n\tf \\q # g"),
        ("A=\"b\nc\n\"", "b\nc\n"),
        ("A='b\nc'\n", "b\nc"),
        ("A=\"b\r\nc\"\r\n", "b\nc"),
        ("\u{feff}A=b", "b"),
        ("A=\"secret:KEY\"", "secret:KEY"),
        ("A=\"\"", ""),
    ] {
        if expected == "\u{0}" {
            assert!(parse(line).is_err(), "{line:?}");
        } else {
            assert_eq!(value(line), text(expected), "{line:?}");
        }
    }
}

#[test]
fn a_secret_is_named_without_quotes() {
    for line in ["A=secret:API_KEY", "A = secret: API_KEY  # the key of the shop"] {
        assert_eq!(value(line), EnvDraft::Secret(SecretDraft { secret: "API_KEY".into() }));
    }
}

#[test]
fn variables_have_the_lines_that_they_begin_on() {
    let found = parse("# first\n\nA=\"1\n2\n3\"\nexport B='x'\n\tC=3").unwrap();
    let lines: Vec<_> = found.iter().map(|it| (it.line, it.name.as_str())).collect();
    assert_eq!(lines, [(3, "A"), (6, "B"), (7, "C")]);
}

#[test]
fn every_line_that_cannot_be_read_is_reported() {
    let errors = parse("A=1\nnothing\n=x\nB=\"1\"2\nA=2\nC='open\nD=4").unwrap_err();
    let told: Vec<_> = errors.iter().map(|it| (it.line, it.fault.message.as_str())).collect();
    let expected = [
        (2, "The line contains no =."),
        (3, "There is no name before the =."),
        (4, "Unexpected text after the closing quote."),
        (5, "A is listed twice."),
        (6, "The value has no closing '."),
    ];
    assert_eq!(told, expected);
    let fault = errors[0].clone().of_field("env_text");
    assert_eq!(
        (fault.field.as_str(), fault.message.as_str()),
        ("env_text", "Line 2: The line contains no =.")
    );
}

#[test]
fn an_environment_is_printed_by_name() {
    let env: BTreeMap<EnvName, EnvValue> = [
        ("PEM", EnvValue::Text("-----BEGIN\nabc\n-----END\n".into())),
        ("KEY", EnvValue::Secret(SecretUse { secret: "API_KEY".parse().unwrap() })),
        ("SMTP", EnvValue::Text("smtp.example:587".into())),
        ("EMPTY", EnvValue::Text(String::new())),
        ("TEXT", EnvValue::Text("secret:API_KEY".into())),
        ("ODD", EnvValue::Text("a \"b\" $c \\ 'd' #e\r\n".into())),
    ]
    .into_iter()
    .map(|(name, value)| (name.parse().unwrap(), value))
    .collect();
    let expected = "EMPTY=\nKEY=secret:API_KEY\nODD=\"a \\\"b\\\" \\$c \\\\ 'd' #e\\r\n\"\n\
                    PEM=\"-----BEGIN\nabc\n-----END\n\"\nSMTP=smtp.example:587\nTEXT=\"secret:API_KEY\"\n";
    assert_eq!(print(&env), expected);
}

/// Values that are likely to be mistaken for something else.
fn values() -> impl Strategy<Value = EnvValue> {
    prop_oneof![
        "[\\PC\r\n\t\"'\\\\$# =]{0,40}".prop_map(EnvValue::Text),
        "(secret:)?[ A-Z#\"'\\\\\r\n]{0,12}".prop_map(EnvValue::Text),
        "[A-Z][A-Z0-9_]{0,12}".prop_map(|name| EnvValue::Secret(SecretUse { secret: name.parse().unwrap() })),
    ]
}

fn draft(value: &EnvValue) -> EnvDraft {
    match value {
        EnvValue::Text(text) => EnvDraft::Text(text.clone()),
        EnvValue::Secret(used) => EnvDraft::Secret(SecretDraft { secret: used.secret.to_string() }),
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(env in prop::collection::btree_map("E[A-Z0-9_]{0,12}", values(), 0..8)) {
        let env: BTreeMap<EnvName, EnvValue> =
            env.into_iter().map(|(name, value)| (name.parse().unwrap(), value)).collect();
        let printed = print(&env);
        let read: BTreeMap<String, EnvDraft> =
            parse(&printed).unwrap().into_iter().map(|line| (line.name, line.value)).collect();
        let expected: BTreeMap<String, EnvDraft> =
            env.iter().map(|(name, value)| (name.to_string(), draft(value))).collect();
        prop_assert_eq!(&read, &expected, "{}", printed);
        // a form posts every line feed as CR LF
        let posted = parse(&printed.replace('\n', "\r\n")).unwrap();
        let posted: BTreeMap<String, EnvDraft> = posted.into_iter().map(|line| (line.name, line.value)).collect();
        prop_assert_eq!(posted, expected);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(\\PC|[\r\n\t\"'\\\\#= ]|\u{feff}|export |secret:){0,80}") {
        let lines = text.matches('\n').count() + 1;
        match parse(&text) {
            Ok(found) => prop_assert!(found.iter().all(|it| (1..=lines).contains(&it.line) && !it.name.is_empty())),
            Err(errors) => {
                prop_assert!(!errors.is_empty() && errors.iter().all(|it| (1..=lines).contains(&it.line)));
            }
        }
    }
}
