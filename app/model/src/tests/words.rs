//! Words: every value is written as one and read back from it, in JSON too, and nothing else is.

use proptest::prelude::*;

use super::survives_json;
use crate::*;

/// Checks every value of a type, and that a text which is none of their words is refused.
macro_rules! every_word {
    ($name:ident, $type:ty, $all:expr) => {
        proptest! {
            #[test]
            fn $name(text in "[a-z_-]{0,12}") {
                let all = $all;
                for value in all {
                    prop_assert_eq!(value.as_str().parse::<$type>().unwrap(), value);
                    prop_assert_eq!(value.to_string(), value.as_str());
                    survives_json(&value);
                }
                let known = all.iter().any(|value| value.as_str() == text);
                prop_assert_eq!(text.parse::<$type>().is_ok(), known, "{}", text);
            }
        }
    };
}

every_word!(desired_states, DesiredState, [DesiredState::Running, DesiredState::Stopped]);
every_word!(classes, ProjectClass, ProjectClass::ALL);
every_word!(roles, Role, Role::ALL);
every_word!(statuses, ProjectStatus, ProjectStatus::ALL);
every_word!(healths, Health, Health::ALL);
every_word!(
    operation_statuses,
    OperationStatus,
    [
        OperationStatus::Waiting,
        OperationStatus::Running,
        OperationStatus::Succeeded,
        OperationStatus::Failed,
        OperationStatus::Cancelled,
        OperationStatus::Superseded,
    ]
);
every_word!(lanes, Lane, [Lane::Converge, Lane::Job]);
every_word!(units, ProgressUnit, [ProgressUnit::Bytes, ProgressUnit::Rows, ProgressUnit::Items]);
every_word!(severities, Severity, [Severity::Info, Severity::Warning, Severity::Critical]);
every_word!(
    levels,
    Level,
    [Level::State, Level::Database, Level::Route, Level::SchemaFile, Level::Configuration, Level::Limits,]
);
every_word!(
    steps,
    Step,
    [
        Step::EnsureSecrets,
        Step::EnsureDatabase,
        Step::MaterializeSchema,
        Step::PointRoute,
        Step::StopInstance,
        Step::FetchRelease,
        Step::EnsureInstance,
        Step::ApplyLimits,
        Step::AwaitReady,
        Step::SyncRoute,
        Step::VerifyRoute,
        Step::RetireRoute,
        Step::RemoveInstance,
        Step::KeepDatabase,
    ]
);

proptest! {
    #[test]
    fn what_was_observed_survives_json(value in prop::option::of(any::<u32>()), known in any::<bool>()) {
        let observed = if known { Observed::from(value) } else { Observed::Unknown };
        survives_json(&observed);
        prop_assert_eq!(observed.present().copied(), value.filter(|_| known));
        prop_assert_eq!(observed.is_unknown(), !known);
    }

    #[test]
    fn a_problem_survives_json_and_finds_its_fields(field in "[a-z.]{1,12}", text in "\\PC{0,40}") {
        let problem = Problem::field(&field, text.as_str(), "something else");
        prop_assert_eq!(problem.status, ProblemKind::Invalid.status());
        prop_assert_eq!(&problem.for_field(&field).unwrap().message, &text);
        let other = field + "x";
        prop_assert!(problem.for_field(&other).is_none());
        survives_json(&problem);
    }
}
