//! Log lines of instances.

mod text;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use text::{LogLevel, LogText};

/// The origin of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// The platform, about the process (started, exited).
    Platform,
}

/// A log line, already redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogLine {
    /// When it was received.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Its origin.
    pub stream: LogStream,
    /// The line without its line end.
    pub text: String,
}
