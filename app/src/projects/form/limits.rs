//! The limits of an instance, as they are typed.

use model::{Limits, LimitsDraft, ProjectPatch};
use serde::{Deserialize, Serialize};

/// The limits as typed. An empty field keeps the value, or is the fleet's default at create.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LimitsForm {
    pub(crate) memory: String,
    pub(crate) cpu: String,
    pub(crate) pids: String,
    pub(crate) restarts: String,
}

impl LimitsForm {
    /// The present limits.
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            memory: limits.instance.memory.to_string(),
            cpu: limits.instance.cpu.to_string(),
            pids: limits.instance.pids.to_string(),
            restarts: limits.restarts.to_string(),
        }
    }

    /// The draft.
    pub(crate) fn draft(&self) -> LimitsDraft {
        let typed = |text: &String| (!text.trim().is_empty()).then(|| text.clone().into());
        LimitsDraft {
            memory: typed(&self.memory),
            cpu: typed(&self.cpu),
            pids: typed(&self.pids),
            restarts: typed(&self.restarts),
        }
    }

    /// A patch of the limits alone.
    pub(crate) fn patch(&self) -> ProjectPatch {
        ProjectPatch { limits: Some(self.draft()), ..ProjectPatch::default() }
    }
}

#[cfg(test)]
mod tests;
