//! How many backups of a project are retained.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// Valid numbers of backups to retain. Days, ISO weeks and months are those of UTC; only the newest ones with a backup count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "RetentionCounts")]
pub struct RetentionRules {
    /// The newest backups: 1 to 1000.
    last: u32,
    /// Days of which one backup is retained: 0 to 366.
    daily: u32,
    /// ISO weeks of which one backup is retained: 0 to 260 (5 years).
    weekly: u32,
    /// Months of which one backup is retained: 0 to 120 (10 years).
    monthly: u32,
}

/// Numbers of backups to retain, not yet validated. See [`RetentionRules`] for the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionCounts {
    /// The newest backups.
    pub last: u32,
    /// Days of which one backup is retained.
    pub daily: u32,
    /// ISO weeks of which one backup is retained.
    pub weekly: u32,
    /// Months of which one backup is retained.
    pub monthly: u32,
}

/// A number to retain with its bounds.
pub(super) struct Bound {
    pub(super) field: &'static str,
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) accepted: &'static str,
}

/// The bounds of `last`, `daily`, `weekly` and `monthly`.
pub(super) const BOUNDS: [Bound; 4] = [
    Bound { field: "last", least: 1, most: 1000, accepted: "a whole number from 1 to 1000" },
    Bound { field: "daily", least: 0, most: 366, accepted: "a whole number from 0 to 366" },
    Bound { field: "weekly", least: 0, most: 260, accepted: "a whole number from 0 to 260" },
    Bound { field: "monthly", least: 0, most: 120, accepted: "a whole number from 0 to 120" },
];

impl Bound {
    /// The number, if it is within the bounds.
    pub(super) fn check(&self, number: u32) -> Result<u32, Invalid> {
        if (self.least..=self.most).contains(&number) {
            Ok(number)
        } else {
            Err(Invalid::new(format!("{number} is not accepted as {}.", self.field), self.accepted))
        }
    }
}

impl RetentionRules {
    /// Number of newest backups that are retained: 1 to 1000.
    pub const fn last(self) -> u32 {
        self.last
    }

    /// Number of days with a backup of which the newest one is retained: 0 to 366.
    pub const fn daily(self) -> u32 {
        self.daily
    }

    /// Number of ISO weeks with a backup of which the newest one is retained: 0 to 260.
    pub const fn weekly(self) -> u32 {
        self.weekly
    }

    /// Number of months with a backup of which the newest one is retained: 0 to 120.
    pub const fn monthly(self) -> u32 {
        self.monthly
    }
}

impl Default for RetentionRules {
    /// The last 7, and one backup of each of 14 days, 8 weeks and 12 months.
    fn default() -> Self {
        Self { last: 7, daily: 14, weekly: 8, monthly: 12 }
    }
}

impl TryFrom<RetentionCounts> for RetentionRules {
    type Error = Invalid;
    fn try_from(counts: RetentionCounts) -> Result<Self, Invalid> {
        let RetentionCounts { last, daily, weekly, monthly } = counts;
        for (bound, number) in BOUNDS.iter().zip([last, daily, weekly, monthly]) {
            bound.check(number)?;
        }
        Ok(Self { last, daily, weekly, monthly })
    }
}

impl From<RetentionRules> for RetentionCounts {
    fn from(rules: RetentionRules) -> Self {
        let RetentionRules { last, daily, weekly, monthly } = rules;
        Self { last, daily, weekly, monthly }
    }
}
