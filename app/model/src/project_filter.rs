//! Filters of lists of projects.

use std::fmt;
use std::str::FromStr;

use crate::{Invalid, LabelKey, LabelValue, Labels, ProjectClass, ProjectStatus};

/// Which projects a list contains. Every given condition must hold; the default contains all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectFilter {
    /// Conditions on labels.
    pub labels: Vec<LabelSelector>,
    /// Their class.
    pub class: Option<ProjectClass>,
    /// Their status.
    pub status: Option<ProjectStatus>,
}

/// A condition on one label. Written `team=shop`, or `team` for any value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSelector {
    /// The key that must be there.
    pub key: LabelKey,
    /// Its value; `None`: any value.
    pub value: Option<LabelValue>,
}

impl LabelSelector {
    /// What is accepted, as a sentence.
    pub const ACCEPTED: &'static str = "KEY=VALUE, or KEY for any value, such as team=shop";

    /// Whether the labels fulfil the condition.
    pub fn admits(&self, labels: &Labels) -> bool {
        labels.get(&self.key).is_some_and(|value| self.value.as_ref().is_none_or(|wanted| wanted == value))
    }
}

impl FromStr for LabelSelector {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (text, None),
        };
        let accepted = |fault: Invalid| Invalid { accepted: Self::ACCEPTED, ..fault };
        let value = value.map(LabelValue::from_str).transpose().map_err(accepted)?;
        Ok(Self { key: key.parse().map_err(accepted)?, value })
    }
}

impl fmt::Display for LabelSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.key),
            None => self.key.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
