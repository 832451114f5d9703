//! A backup policy as it is typed.

use model::{BackupPolicy, BackupPolicyDraft, RetentionDraft};
use serde::{Deserialize, Serialize};

/// The policy as typed. An empty field is the default; a checkbox that is not checked is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PolicyForm {
    pub(crate) schedule: String,
    pub(crate) last: String,
    pub(crate) daily: String,
    pub(crate) weekly: String,
    pub(crate) monthly: String,
    /// `true`, or empty.
    pub(crate) verify: String,
    /// `true`, or empty.
    pub(crate) digests: String,
    /// `true`, or empty.
    pub(crate) boot: String,
}

impl PolicyForm {
    /// The present policy.
    pub(crate) fn of(policy: &BackupPolicy) -> Self {
        let checked = |on: bool| if on { "true".to_owned() } else { String::new() };
        let rules = policy.retention;
        Self {
            schedule: policy.schedule.to_string(),
            last: rules.last().to_string(),
            daily: rules.daily().to_string(),
            weekly: rules.weekly().to_string(),
            monthly: rules.monthly().to_string(),
            verify: checked(policy.verify),
            digests: checked(policy.digests),
            boot: checked(policy.boot),
        }
    }

    /// The draft.
    pub(crate) fn draft(&self) -> BackupPolicyDraft {
        let typed = |text: &String| (!text.trim().is_empty()).then(|| text.clone().into());
        BackupPolicyDraft {
            schedule: self.schedule.clone(),
            retention: RetentionDraft {
                last: typed(&self.last),
                daily: typed(&self.daily),
                weekly: typed(&self.weekly),
                monthly: typed(&self.monthly),
            },
            verify: Some(self.verify == "true"),
            digests: Some(self.digests == "true"),
            boot: Some(self.boot == "true"),
        }
    }
}
