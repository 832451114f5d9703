//! Decisions as a caller sends them.

use serde::{Deserialize, Serialize};

use crate::{FieldError, Invalid, Problem};

/// Characters of a reason.
const REASON: usize = 500;
/// The longest snooze, in days.
const LONGEST: u32 = 90;

/// Accepts a finding: what was observed is declared from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptDraft {
    /// Why; 1 to 500 characters.
    pub reason: String,
}

/// Snoozes a finding: no alert until then, unless it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SnoozeDraft {
    /// How long, in days: 1 to 90.
    pub days: u32,
    /// Why; 1 to 500 characters.
    pub reason: String,
}

impl AcceptDraft {
    /// The reason.
    pub fn validate(&self) -> Result<String, Problem> {
        reason(&self.reason).map_err(|error| Problem::invalid(vec![error]))
    }
}

impl SnoozeDraft {
    /// The days and the reason.
    pub fn validate(&self) -> Result<(u32, String), Problem> {
        let days = (1..=LONGEST).contains(&self.days).then_some(self.days).ok_or_else(|| {
            FieldError::new("days", Invalid::new(format!("{} is not accepted.", self.days), "1 to 90 days"))
        });
        match (days, reason(&self.reason)) {
            (Ok(days), Ok(reason)) => Ok((days, reason)),
            (days, reason) => Err(Problem::invalid(days.err().into_iter().chain(reason.err()).collect())),
        }
    }
}

fn reason(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let fault = |message: &str| Err(FieldError::new("reason", Invalid::new(message, "1 to 500 characters")));
    match text.chars().count() {
        0 => fault("A reason is needed."),
        length if length > REASON => fault("The reason is too long."),
        _ => Ok(text.to_owned()),
    }
}
