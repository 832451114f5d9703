//! Audit events.

mod action;
mod filter;
mod sentence;

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Email, Invalid, ProjectId};
pub use action::{EventAction, SystemEvent};
pub(crate) use filter::part;
pub use filter::{ActionWord, ActorPart, EventFilter, EventFilterDraft};
pub use sentence::{recorded, sentence};

/// Who caused a change. Written as `operator:EMAIL`, `token:NAME (EMAIL)`, `reconciler`, `registry`, `schedule` or
/// `host`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// An operator in the dashboard.
    Operator(Email),
    /// A program with an operator's token.
    Token {
        /// The name of the token.
        name: String,
        /// Its operator.
        operator: Email,
    },
    /// The reconciler, for a difference that no operator caused.
    Reconciler,
    /// An edit of the registry by SQL.
    Registry,
    /// A timer.
    Schedule,
    /// The command line on the server's host.
    Host,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(email) => write!(f, "operator:{email}"),
            Self::Token { name, operator } => write!(f, "token:{name} ({operator})"),
            Self::Reconciler => f.write_str("reconciler"),
            Self::Registry => f.write_str("registry"),
            Self::Schedule => f.write_str("schedule"),
            Self::Host => f.write_str("host"),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let unknown =
            || Invalid::new("This is not an actor.", "operator:EMAIL, token:NAME (EMAIL) or a platform word");
        match text.as_str() {
            "reconciler" => return Ok(Self::Reconciler),
            "registry" => return Ok(Self::Registry),
            "schedule" => return Ok(Self::Schedule),
            "host" => return Ok(Self::Host),
            _ => {}
        }
        if let Some(email) = text.strip_prefix("operator:") {
            return Ok(Self::Operator(email.parse()?));
        }
        let token = text.strip_prefix("token:").and_then(|rest| rest.strip_suffix(')'));
        let (name, operator) = token.and_then(|rest| rest.rsplit_once(" (")).ok_or_else(unknown)?;
        Ok(Self::Token { name: name.to_owned(), operator: operator.parse()? })
    }
}

impl Actor {
    /// The address of the operator, in person or by a token; `None` for the platform.
    pub const fn email(&self) -> Option<&Email> {
        match self {
            Self::Operator(email) | Self::Token { operator: email, .. } => Some(email),
            Self::Reconciler | Self::Registry | Self::Schedule | Self::Host => None,
        }
    }

    /// The actor as text: an e-mail address, or the name of a part of the platform.
    pub fn label(&self) -> String {
        match self {
            Self::Operator(email) => email.to_string(),
            Self::Token { name, operator } => format!("{operator} (token {name})"),
            Self::Reconciler => "the reconciler".into(),
            Self::Registry => "an edit of the registry".into(),
            Self::Schedule => "a schedule".into(),
            Self::Host => "the server's host".into(),
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Actor {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Actor {}

/// An event of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectEvent {
    /// Increases over the whole fleet.
    pub id: i64,
    /// The project; absent for the fleet.
    pub project_id: Option<ProjectId>,
    /// The action, such as `project.create` or `status`.
    pub action: String,
    /// What happened, as a sentence without a full stop. Its words may change between versions; programs read `action` and
    /// `detail`.
    pub sentence: String,
    /// The actor.
    pub actor: Option<Actor>,
    /// Details, without secrets.
    pub detail: Option<serde_json::Value>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The result of verifying the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditVerdict {
    /// Number of verified events.
    pub rows: i64,
    /// The first event that was changed, or whose predecessor is missing.
    pub broken_at: Option<i64>,
}
