//! The schedule of backups: off, an interval, or a cron expression in a time zone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::CronSchedule;
use crate::Invalid;

const ACCEPTED: &str =
    "off, an interval such as every 6h, or five cron fields and a time zone such as 30 2 * * * Europe/Berlin";
const ACCEPTED_INTERVAL: &str = "every 1h to every 744h, in whole hours";
const SECONDS_PER_HOUR: i64 = 3600;

/// When backups of a project are taken. As text and in JSON `off`, `every 6h` or `30 2 * * * Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BackupSchedule {
    /// Never.
    Off,
    /// Once in each interval.
    Every(BackupInterval),
    /// At the times of a cron expression.
    Cron(CronSchedule),
}

/// The length of an interval: 1 to 744 hours (31 days). Intervals are counted from 1970-01-01 00:00 UTC, so 6 hours begin at
/// 00:00, 06:00, 12:00 and 18:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BackupInterval(u16);

impl BackupInterval {
    /// The hours.
    pub const fn hours(self) -> u16 {
        self.0
    }

    /// The length in seconds.
    pub fn seconds(self) -> i64 {
        i64::from(self.0) * SECONDS_PER_HOUR
    }

    /// The first begin of an interval after this instant. `None` after the year 9999.
    fn next_begin(self, after: OffsetDateTime) -> Option<OffsetDateTime> {
        let begun = after.unix_timestamp().div_euclid(self.seconds());
        OffsetDateTime::from_unix_timestamp((begun + 1) * self.seconds()).ok()
    }
}

impl TryFrom<u32> for BackupInterval {
    type Error = Invalid;
    fn try_from(hours: u32) -> Result<Self, Invalid> {
        match u16::try_from(hours) {
            Ok(hours @ 1..=744) => Ok(Self(hours)),
            _ => Err(Invalid::new(
                format!("An interval of {hours} hours is out of bounds."),
                ACCEPTED_INTERVAL,
            )),
        }
    }
}

impl BackupSchedule {
    /// The first scheduled time after this instant, without the delay that spreads projects. `None` if backups are off, or if the
    /// expression does not fire within the four years after this instant.
    pub fn next_after(&self, after: OffsetDateTime) -> Option<OffsetDateTime> {
        match self {
            Self::Off => None,
            Self::Every(interval) => interval.next_begin(after),
            Self::Cron(cron) => cron.next_after(after),
        }
    }

    /// A valid schedule that this invalid text probably means: for `@daily`, and for five fields without a time zone.
    pub(super) fn suggestion(text: &str) -> Option<String> {
        let text = text.trim();
        let named = match text.to_ascii_lowercase().as_str() {
            "@hourly" => Some("every 1h"),
            "@daily" | "@midnight" => Some("0 0 * * * UTC"),
            "@weekly" => Some("0 0 * * 0 UTC"),
            "@monthly" => Some("0 0 1 * * UTC"),
            "@yearly" | "@annually" => Some("0 0 1 1 * UTC"),
            _ => None,
        };
        let completed = || format!("{text} UTC").parse::<CronSchedule>().ok().map(|cron| cron.to_string());
        named.map(str::to_owned).or_else(completed)
    }
}

impl FromStr for BackupSchedule {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        if text.is_empty() {
            return Err(Invalid::new("A schedule is needed.", ACCEPTED));
        }
        if text.starts_with('@') {
            let message =
                format!("\"{}\" is not accepted: such names have no time zone.", text.escape_default());
            return Err(Invalid::new(message, ACCEPTED));
        }
        match lower.strip_prefix("every") {
            _ if lower == "off" => Ok(Self::Off),
            Some(rest) => interval(rest).map(Self::Every),
            None if text.split_ascii_whitespace().nth(1).is_none() => {
                Err(Invalid::new(format!("\"{}\" is not a schedule.", text.escape_default()), ACCEPTED))
            }
            None => text.parse().map(Self::Cron),
        }
    }
}

/// The interval in ` 6h`, ` 6 h` or ` 6 hours`.
fn interval(text: &str) -> Result<BackupInterval, Invalid> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = unit.trim();
    if number.is_empty() {
        let message = format!("\"{}\" does not begin with a number of hours.", text.escape_default());
        return Err(Invalid::new(message, ACCEPTED_INTERVAL));
    }
    if !matches!(unit, "h" | "hour" | "hours") {
        let message = match unit {
            "" => "The unit is missing.".to_owned(),
            unit => format!("The unit \"{}\" is not accepted.", unit.escape_default()),
        };
        return Err(Invalid::new(message, ACCEPTED_INTERVAL));
    }
    let too_long = |_| Invalid::new("This interval is out of bounds.", ACCEPTED_INTERVAL);
    number.parse::<u32>().map_err(too_long)?.try_into()
}

impl TryFrom<String> for BackupSchedule {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<BackupSchedule> for String {
    fn from(schedule: BackupSchedule) -> Self {
        schedule.to_string()
    }
}

impl fmt::Display for BackupSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Every(interval) => write!(f, "every {}h", interval.hours()),
            Self::Cron(cron) => cron.fmt(f),
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for BackupSchedule {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let description =
            "When backups of a project are taken: `off`, `every 6h` or `30 2 * * * Europe/Berlin`.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(description)).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for BackupSchedule {}
