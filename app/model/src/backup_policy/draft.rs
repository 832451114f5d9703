//! Backup policies as typed, and their validation.

use serde::{Deserialize, Serialize};

use super::retention::{BOUNDS, Bound};
use super::{BackupPolicy, BackupSchedule, RetentionCounts, RetentionRules};
use crate::limits::Amount;
use crate::{FieldError, Invalid, Problem};

/// A backup policy as typed; it replaces the present one as a whole. What is absent or empty is that of
/// [`BackupPolicy::default`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BackupPolicyDraft {
    /// See [`BackupSchedule`].
    #[serde(default)]
    pub schedule: String,
    /// See [`RetentionRules`].
    #[serde(default)]
    pub retention: RetentionDraft,
    /// Whether each scheduled backup is verified. A form sends it always: an absent checkbox is not the default.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub verify: Option<bool>,
    /// Whether the content of every table is digested. A form sends it always.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub digests: Option<bool>,
    /// Whether each verification also starts the project's server on the restored copy. A form sends it always.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub boot: Option<bool>,
}

/// Numbers of backups to retain as typed: numbers, or texts with a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RetentionDraft {
    /// The newest backups: 1 to 1000.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub last: Option<Amount>,
    /// Days of which one backup is retained: 0 to 366.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub daily: Option<Amount>,
    /// ISO weeks of which one backup is retained: 0 to 260.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub weekly: Option<Amount>,
    /// Months of which one backup is retained: 0 to 120.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Amount>,
}

impl BackupPolicyDraft {
    /// The valid policy, or all field errors together, as `schedule`, `retention.last` and so on.
    pub fn validate(self) -> Result<BackupPolicy, Problem> {
        let Self { schedule, retention, verify, digests, boot } = self;
        let default = BackupPolicy::default();
        let mut errors = Vec::new();
        let schedule = check_schedule(&schedule, default.schedule, &mut errors);
        let retention = retention.check(default.retention, &mut errors);
        match (schedule, retention) {
            (Some(schedule), Some(retention)) => Ok(BackupPolicy {
                schedule,
                retention,
                verify: verify.unwrap_or(default.verify),
                digests: digests.unwrap_or(default.digests),
                boot: boot.unwrap_or(default.boot),
            }),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// The draft that validates to this policy, to fill a form with.
impl From<&BackupPolicy> for BackupPolicyDraft {
    fn from(policy: &BackupPolicy) -> Self {
        let RetentionCounts { last, daily, weekly, monthly } = policy.retention.into();
        let typed = |number: u32| Some(Amount::from(number.to_string()));
        Self {
            schedule: policy.schedule.to_string(),
            retention: RetentionDraft {
                last: typed(last),
                daily: typed(daily),
                weekly: typed(weekly),
                monthly: typed(monthly),
            },
            verify: Some(policy.verify),
            digests: Some(policy.digests),
            boot: Some(policy.boot),
        }
    }
}

fn check_schedule(
    text: &str,
    default: BackupSchedule,
    errors: &mut Vec<FieldError>,
) -> Option<BackupSchedule> {
    if text.trim().is_empty() {
        return Some(default);
    }
    let add = |fault: Invalid| {
        let error = FieldError::new("schedule", fault);
        errors.push(match BackupSchedule::suggestion(text) {
            Some(suggestion) => error.suggest(suggestion),
            None => error,
        });
    };
    text.parse().map_err(add).ok()
}

impl RetentionDraft {
    fn check(self, default: RetentionRules, errors: &mut Vec<FieldError>) -> Option<RetentionRules> {
        let Self { last, daily, weekly, monthly } = self;
        let default = RetentionCounts::from(default);
        let [last_bound, daily_bound, weekly_bound, monthly_bound] = &BOUNDS;
        let mut count =
            |bound: &Bound, typed: Option<Amount>, default: u32| number(bound, typed, default, errors);
        let last = count(last_bound, last, default.last);
        let daily = count(daily_bound, daily, default.daily);
        let weekly = count(weekly_bound, weekly, default.weekly);
        let monthly = count(monthly_bound, monthly, default.monthly);
        let counts = RetentionCounts { last: last?, daily: daily?, weekly: weekly?, monthly: monthly? };
        RetentionRules::try_from(counts).ok()
    }
}

/// The number within its bounds, the default for an absent or empty text, or `None` with the fault added to the errors.
fn number(bound: &Bound, typed: Option<Amount>, default: u32, errors: &mut Vec<FieldError>) -> Option<u32> {
    let text = typed.map(String::from).unwrap_or_default();
    let text = text.trim();
    if text.is_empty() {
        return Some(default);
    }
    let invalid = |_| {
        let message = format!("\"{}\" is not accepted as {}.", text.escape_default(), bound.field);
        Invalid::new(message, bound.accepted)
    };
    let checked = text.parse().map_err(invalid).and_then(|number| bound.check(number));
    FieldError::collect(errors, &format!("retention.{}", bound.field), checked)
}
