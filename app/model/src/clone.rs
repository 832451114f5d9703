//! Clones: copies of a project for a while, for example for the preview of a branch.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::text::Invalid;
use crate::{ByteSize, EnvName, LimitsDraft, Problem, ProjectId};

/// How long a clone exists: 1 hour to 90 days. Typed as `7d` or `12h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifetime(Duration);

const ACCEPTED: &str = "a number of hours or days from 1h to 90d, for example 12h or 7d";

impl Lifetime {
    /// That of a clone without another one.
    pub const DEFAULT: Self = Self(Duration::days(7));

    /// When a clone that is made now expires.
    pub fn after(self, now: OffsetDateTime) -> OffsetDateTime {
        now + self.0
    }

    /// The typed lifetime; 7 days for an empty text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::DEFAULT);
        }
        let wrong = || Invalid::new(format!("\"{text}\" is no lifetime of a clone."), ACCEPTED);
        let unit: fn(i64) -> Duration = if text.ends_with('h') { Duration::hours } else { Duration::days };
        let digits = text.strip_suffix(['h', 'd']).filter(|digits| (1..=4).contains(&digits.len()));
        let number = digits.and_then(|digits| digits.parse::<u16>().ok()).ok_or_else(wrong)?;
        let period = unit(i64::from(number));
        if (Duration::hours(1)..=Duration::days(90)).contains(&period) {
            Ok(Self(period))
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hours = self.0.whole_hours();
        if hours % 24 == 0 { write!(f, "{}d", hours / 24) } else { write!(f, "{hours}h") }
    }
}

/// The request of a clone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CloneDraft {
    /// The id of the clone. See [`ProjectId`].
    #[serde(default)]
    pub id: String,
    /// Empty: the id.
    #[serde(default)]
    pub display_name: String,
    /// See [`crate::Hostname`]; empty: that of the source with the new id as its first label.
    #[serde(default)]
    pub hostname: String,
    /// A branch, a tag or a commit of the schema's repository; empty: the commit of the source.
    #[serde(default)]
    pub r#ref: String,
    /// How long it exists, as `12h` or `7d`; empty: 7 days. At most 90 days.
    #[serde(default)]
    pub expires: String,
    /// What is absent is small: 256 MiB, half a processor, 128 threads, 3 restarts.
    #[serde(default, skip_serializing_if = "LimitsDraft::is_empty")]
    pub limits: LimitsDraft,
}

impl CloneDraft {
    /// The lifetime, or the fault of the field.
    pub fn lifetime(&self) -> Result<Lifetime, Problem> {
        lifetime(&self.expires)
    }

    /// The limits with small ones in place of those that are absent.
    pub fn small_limits(&self) -> LimitsDraft {
        let or = |typed: &Option<crate::limits::Amount>, small: &str| {
            let typed = typed.clone().filter(|typed| !String::from(typed.clone()).trim().is_empty());
            typed.or_else(|| Some(small.to_owned().into()))
        };
        LimitsDraft {
            memory: or(&self.limits.memory, "256 MiB"),
            cpu: or(&self.limits.cpu, "0.5"),
            pids: or(&self.limits.pids, "128"),
            restarts: or(&self.limits.restarts, "3"),
        }
    }
}

fn lifetime(text: &str) -> Result<Lifetime, Problem> {
    Lifetime::parse(text).map_err(|fault| Problem::invalid(vec![crate::FieldError::new("expires", fault)]))
}

/// Another expiry of a clone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpiryDraft {
    /// From now on, as `12h` or `7d`; empty: 7 days. At most 90 days.
    #[serde(default)]
    pub expires: String,
}

impl ExpiryDraft {
    /// The lifetime from now on, or the fault of the field.
    pub fn lifetime(&self) -> Result<Lifetime, Problem> {
        lifetime(&self.expires)
    }
}

/// What a clone gets, and what it costs the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClonePlan {
    /// The project that is copied.
    pub source: ProjectId,
    /// The size of its database, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<ByteSize>,
    /// How long its database takes no connection, in milliseconds, as the size lets expect; absent: the size is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_ms: Option<u64>,
    /// The variables that are copied.
    pub env: Vec<EnvName>,
    /// The variables whose values are secrets: they are not copied.
    pub left_out: Vec<EnvName>,
}

#[cfg(test)]
mod tests {
    use super::{CloneDraft, Lifetime};

    #[test]
    fn a_lifetime_is_hours_or_days_within_bounds() {
        for (typed, shown) in
            [("7d", "7d"), ("", "7d"), ("24h", "1d"), ("36h", "36h"), (" 90d ", "90d"), ("1h", "1h")]
        {
            assert_eq!(Lifetime::parse(typed).unwrap().to_string(), shown);
        }
        for wrong in ["0d", "91d", "0h", "7", "d", "7w", "-1d", "99999d", "1.5d", "7 d"] {
            assert!(Lifetime::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_clone_is_small_where_nothing_else_is_typed() {
        let draft = CloneDraft::default();
        let text = serde_json::to_string(&draft.small_limits()).unwrap();
        assert_eq!(text, r#"{"memory":"256 MiB","cpu":"0.5","pids":"128","restarts":"3"}"#);
        let mut draft = draft;
        draft.limits.memory = Some("1 GiB".to_owned().into());
        assert!(serde_json::to_string(&draft.small_limits()).unwrap().contains("1 GiB"));
    }
}
