//! A failure as callers get it (RFC 9457): what happened, whether anything changed, what to do.

use serde::{Deserialize, Serialize};

use crate::state::words;
use crate::{FieldDifference, Invalid, OperationId};

/// The kinds of failure, each with its HTTP status. The word is the last part of the problem's `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// 400: this is not a request we can read.
    Malformed,
    /// 401: the request has no valid session or token.
    Unauthenticated,
    /// 403: the operator may not.
    Forbidden,
    /// 404: there is no such thing.
    NotFound,
    /// 409: something else has it, or is at work on it.
    Conflict,
    /// 413: larger than is accepted.
    TooLarge,
    /// 422: at least one field is wrong.
    Invalid,
    /// 428: the edit does not say which generation it was made from.
    GenerationRequired,
    /// 422: the request was refused, and waiting does not help.
    Refused,
    /// 429: too many attempts.
    TooMany,
    /// 500: a fault of ours.
    Internal,
    /// 503: a part that the fleet runs on is away.
    Unavailable,
}

words!(ProblemKind {
    Malformed = "malformed", Unauthenticated = "unauthenticated", Forbidden = "forbidden", NotFound = "not-found",
    Conflict = "conflict", TooLarge = "too-large", Invalid = "invalid",
    GenerationRequired = "generation-required", Refused = "refused", TooMany = "too-many",
    Internal = "internal", Unavailable = "unavailable",
} accepted "the word of a kind of problem");

impl ProblemKind {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Invalid | Self::Refused => 422,
            Self::GenerationRequired => 428,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// The most characters of a title.
const LONGEST_TITLE: usize = 100;

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Its JSON path, such as `schema_ref.ref` or `env.DATABASE_URL`.
    pub field: String,
    /// The fault, as a sentence.
    pub message: String,
    /// What is accepted, as a phrase.
    pub accepted: String,
    /// A value that would be accepted, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl FieldError {
    /// The fault of a field.
    pub fn new(field: impl Into<String>, fault: Invalid) -> Self {
        Self {
            field: field.into(),
            message: fault.message,
            accepted: fault.accepted.into(),
            suggestion: None,
        }
    }

    /// With a value that would be accepted.
    #[must_use]
    pub fn suggest(mut self, value: impl Into<String>) -> Self {
        self.suggestion = Some(value.into());
        self
    }

    /// Field, message and what is accepted, as the detail of a problem has them.
    pub fn sentence(&self) -> String {
        format!("{}: {} Accepted: {}.", self.field, self.message, self.accepted)
    }

    /// The message as a title.
    fn heading(&self) -> &str {
        self.message.trim_end_matches('.')
    }

    /// Whether the message is one short sentence.
    fn is_short(&self) -> bool {
        self.message.chars().count() <= LONGEST_TITLE && !self.heading().contains(". ")
    }

    /// The value, or `None` and its fault appended.
    pub fn collect<T>(errors: &mut Vec<Self>, field: &str, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|fault| errors.push(Self::new(field, fault))).ok()
    }
}

/// A failure as callers get it. Never holds internal text or a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `/problems/<kind>`.
    pub r#type: String,
    /// What happened, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, whether anything was changed, and what to do, in sentences.
    pub detail: String,
    /// The kind again, as a word to branch on.
    pub kind: ProblemKind,
    /// The wrong fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What an edit of an earlier generation differs in from what is there now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<FieldDifference>,
    /// The present generation, for an edit that named none or an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
    /// The part that is away: `postgres`, `gateway`, `driver`, `secrets` or `repository`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The operation that is in the way, or that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<OperationId>,
    /// The last lines of the instance's log, redacted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
    /// Seconds after which it may be tried again, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// The request in which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(kind: ProblemKind, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            r#type: format!("/problems/{kind}"),
            title: title.into(),
            status: kind.status(),
            detail: detail.into(),
            kind,
            errors: Vec::new(),
            differences: Vec::new(),
            generation: None,
            part: None,
            operation: None,
            log: Vec::new(),
            retry_after_s: None,
            request_id: None,
        }
    }

    /// Wrong fields. There is at least one. A single one heads the problem with its message: many requests have no form that
    /// would show the field.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let title = match errors.as_slice() {
            [error] if error.is_short() => error.heading().to_owned(),
            [error] => format!("This value of {} is not accepted", error.field),
            _ => "Some fields are not accepted".to_owned(),
        };
        let detail = errors.iter().map(FieldError::sentence).collect::<Vec<_>>().join(" ");
        Self { errors, ..Self::new(ProblemKind::Invalid, title, format!("Nothing was changed. {detail}")) }
    }

    /// Whether the title is the message of this error.
    pub fn is_headed_by(&self, error: &FieldError) -> bool {
        self.errors.len() == 1 && error.heading() == self.title
    }

    /// The detail below the title: without the message of a field that the title repeats.
    pub fn detail_below_title(&self) -> String {
        match self.errors.as_slice() {
            [error] if self.is_headed_by(error) => {
                let accepted = format!("Accepted for {}: {}.", error.field, error.accepted);
                self.detail.replace(&error.sentence(), &accepted)
            }
            _ => self.detail.clone(),
        }
    }

    /// One wrong field.
    pub fn field(field: impl Into<String>, message: impl Into<String>, accepted: &'static str) -> Self {
        Self::invalid(vec![FieldError::new(field, Invalid::new(message, accepted))])
    }

    /// A field whose value something else has.
    pub fn taken(field: impl Into<String>, message: impl Into<String>, accepted: &'static str) -> Self {
        let mut problem = Self::field(field, message, accepted);
        problem.kind = ProblemKind::Conflict;
        problem.r#type = format!("/problems/{}", problem.kind);
        problem.status = problem.kind.status();
        problem
    }

    /// A part that the fleet runs on is away. The work goes on when it is back.
    pub fn unavailable(part: &str, detail: impl Into<String>) -> Self {
        let name = match part {
            "postgres" => "Postgres",
            "secrets" => "The secret store",
            "gateway" => "The gateway",
            "driver" => "The driver of the instances",
            "repository" => "The repository",
            _ => "A part of the fleet",
        };
        Self {
            part: Some(part.into()),
            ..Self::new(ProblemKind::Unavailable, format!("{name} does not answer"), detail)
        }
    }

    /// There is no such thing.
    pub fn not_found(what: impl std::fmt::Display) -> Self {
        Self::new(ProblemKind::NotFound, "Not found", format!("There is no {what}."))
    }

    /// Whether an edit was refused because the project was changed after the generation that it was made from.
    pub fn is_stale(&self) -> bool {
        self.kind == ProblemKind::Conflict && self.generation.is_some()
    }

    /// The fault of one field, if it has one.
    pub fn for_field(&self, field: &str) -> Option<&FieldError> {
        self.errors.iter().find(|error| error.field == field)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}. {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}
