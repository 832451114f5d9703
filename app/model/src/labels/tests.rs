use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{LabelKey, LabelValue, Labels, check_labels};

fn drafts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

proptest! {
    #[test]
    fn every_text_of_the_patterns_is_accepted_and_survives_json(
        key in "[a-z0-9]([-a-z0-9_./]{0,61}[a-z0-9])?", value in "[A-Za-z0-9_.-]{0,63}",
    ) {
        let labels = check_labels(drafts(&[(&key, &value)]), &mut Vec::new()).unwrap();
        let json = serde_json::to_string(&labels).unwrap();
        prop_assert_eq!(&json, &format!("{{{key:?}:{value:?}}}"));
        prop_assert_eq!(serde_json::from_str::<Labels>(&json).unwrap(), labels);
    }

    #[test]
    fn what_is_accepted_matches_the_pattern(text in "[-a-zA-Z0-9_./ =ä]{0,70}") {
        let outer = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let key = (1..=63).contains(&text.len()) && text.starts_with(outer) && text.ends_with(outer)
            && text.chars().all(|c| outer(c) || "-_./".contains(c));
        prop_assert_eq!(text.parse::<LabelKey>().is_ok(), key);
        let value = text.len() <= 63 && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        prop_assert_eq!(text.parse::<LabelValue>().is_ok(), value);
    }
}

#[test]
fn all_faults_are_told_by_their_labels() {
    let mut errors = Vec::new();
    let labels = check_labels(drafts(&[("Team", "shop"), ("tier", "very gold"), ("ok", "")]), &mut errors);
    assert_eq!(labels, None);
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["labels.Team", "labels.tier"]);
}

#[test]
fn more_than_32_labels_are_refused() {
    let many = |number: usize| (0..number).map(|n| (format!("k{n}"), String::new())).collect();
    let mut errors = Vec::new();
    assert_eq!(check_labels(many(Labels::MAX), &mut errors).unwrap().iter().len(), 32);
    assert_eq!(check_labels(many(Labels::MAX + 1), &mut errors), None);
    assert_eq!(errors[0].field, "labels");
    let json = serde_json::to_string(&many(Labels::MAX + 1)).unwrap();
    assert!(serde_json::from_str::<Labels>(&json).is_err());
}

#[test]
fn labels_are_written_in_the_order_of_their_keys() {
    let labels =
        check_labels(drafts(&[("tier", "gold"), ("team", "shop"), ("on-call", "")]), &mut Vec::new());
    assert_eq!(labels.unwrap().to_string(), "on-call=, team=shop, tier=gold");
}
