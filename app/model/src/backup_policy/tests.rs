//! Texts of schedules, drafts of policies, and the times of cron expressions.

mod firing;
mod texts;

use serde_json::json;

use super::{BackupPolicy, BackupPolicyDraft, BackupSchedule, RetentionCounts, RetentionRules};
use crate::Problem;

fn draft(value: serde_json::Value) -> BackupPolicyDraft {
    serde_json::from_value(value).unwrap()
}

fn fields(problem: &Problem) -> Vec<&str> {
    problem.errors.iter().map(|error| error.field.as_str()).collect()
}

#[test]
fn the_default_is_valid_and_survives_json() {
    let policy = BackupPolicy::default();
    let value = serde_json::to_value(&policy).unwrap();
    assert_eq!(
        value,
        json!({
            "schedule": "30 2 * * * UTC",
            "retention": { "last": 7, "daily": 14, "weekly": 8, "monthly": 12 },
            "verify": true,
            "digests": true,
            "boot": false,
        })
    );
    assert_eq!(serde_json::from_value::<BackupPolicy>(value).unwrap(), policy);
    assert_eq!("30 2 * * * UTC".parse::<BackupSchedule>().unwrap(), policy.schedule);
}

#[test]
fn an_empty_draft_is_the_default() {
    assert_eq!(draft(json!({})).validate().unwrap(), BackupPolicy::default());
    let empty = json!({ "schedule": " ", "retention": { "last": "", "daily": " " } });
    assert_eq!(draft(empty).validate().unwrap(), BackupPolicy::default());
}

#[test]
fn numbers_and_texts_of_a_form_are_accepted() {
    let typed = json!({
        "schedule": "EVERY 6 hours",
        "retention": { "last": 1, "daily": "0", "weekly": " 4 ", "monthly": 120 },
        "verify": false,
    });
    let policy = draft(typed).validate().unwrap();
    assert_eq!(policy.schedule.to_string(), "every 6h");
    let counts = RetentionCounts { last: 1, daily: 0, weekly: 4, monthly: 120 };
    assert_eq!(policy.retention, RetentionRules::try_from(counts).unwrap());
    assert!(!policy.verify && policy.digests);
    assert_eq!(BackupPolicyDraft::from(&policy).validate().unwrap(), policy);
}

#[test]
fn all_field_errors_are_reported_together() {
    let typed = json!({
        "schedule": "@daily",
        "retention": { "last": 0, "daily": "many", "weekly": -1, "monthly": 121 },
    });
    let problem = draft(typed).validate().unwrap_err();
    let expected = ["schedule", "retention.last", "retention.daily", "retention.weekly", "retention.monthly"];
    assert_eq!(fields(&problem), expected);
    assert_eq!(problem.errors[0].suggestion.as_deref(), Some("0 0 * * * UTC"));
    assert_eq!(problem.errors[1].message, "0 is not accepted as last.");
    assert_eq!(problem.errors[1].accepted, "a whole number from 1 to 1000");
    assert_eq!(problem.errors[2].message, "\"many\" is not accepted as daily.");
}

#[test]
fn rules_out_of_bounds_are_refused_in_json() {
    for wrong in [
        json!({ "last": 0, "daily": 1, "weekly": 1, "monthly": 1 }),
        json!({ "last": 1, "daily": 367, "weekly": 1, "monthly": 1 }),
        json!({ "last": 1, "daily": 1, "weekly": 1 }),
        json!({ "last": 1, "daily": 1, "weekly": 1, "monthly": 1, "yearly": 1 }),
    ] {
        assert!(serde_json::from_value::<RetentionRules>(wrong).is_err());
    }
}

#[test]
fn null_and_unknown_fields_are_refused() {
    for wrong in [json!({ "verify": null }), json!({ "retention": { "last": null } }), json!({ "keep": 1 })] {
        assert!(serde_json::from_value::<BackupPolicyDraft>(wrong).is_err());
    }
}
