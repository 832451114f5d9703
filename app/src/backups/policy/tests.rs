use model::{BackupPolicy, RetentionCounts, RetentionRules};

use super::{PolicyForm, retention, schedule};

fn rules(last: u32, daily: u32, weekly: u32, monthly: u32) -> RetentionRules {
    RetentionRules::try_from(RetentionCounts { last, daily, weekly, monthly }).unwrap()
}

#[test]
fn a_schedule_is_a_phrase_where_it_can_be() {
    for (text, phrase) in [
        ("off", "never: no scheduled backups"),
        ("every 1h", "every hour"),
        ("every 6h", "every 6 h"),
        ("every 48h", "every 2 days"),
        ("30 2 * * * UTC", "every day at 02:30 UTC"),
        ("0,30 2 * * * Europe/Berlin", "at 0,30 2 * * * Europe/Berlin"),
    ] {
        assert_eq!(schedule(&text.parse().unwrap()), phrase);
    }
}

#[test]
fn the_retention_names_only_the_periods_that_it_has() {
    assert_eq!(
        retention(rules(7, 14, 8, 12)),
        "the newest 7, and one of each of 14 days, 8 weeks and 12 months"
    );
    assert_eq!(retention(rules(1, 0, 0, 1)), "the newest, and one of each of 1 month");
    assert_eq!(retention(rules(3, 0, 0, 0)), "the newest 3");
}

#[test]
fn the_form_of_a_policy_makes_the_same_policy() {
    let policy = BackupPolicy { verify: false, retention: rules(3, 2, 1, 0), ..BackupPolicy::default() };
    assert_eq!(PolicyForm::of(&policy).draft().validate().unwrap(), policy);
}

#[test]
fn every_wrong_number_is_refused_beside_its_field() {
    let form = PolicyForm { last: "0".into(), daily: "x".into(), ..PolicyForm::of(&BackupPolicy::default()) };
    let problem = form.draft().validate().unwrap_err();
    let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["retention.last", "retention.daily"]);
}
