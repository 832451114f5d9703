//! What a line of a log says, as far as it can be parsed.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The level in a JSON log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// `ERROR`
    Error,
    /// `WARN`
    Warn,
    /// `INFO`
    Info,
    /// `DEBUG`
    Debug,
    /// `TRACE`
    Trace,
}

impl LogLevel {
    /// The word in the line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
            Self::Trace => "TRACE",
        }
    }

    const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(word))
    }

    /// The level in a JSON line that was cut off.
    fn within(line: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| line.contains(&format!("\"level\":\"{}\"", level.as_str())))
    }
}

/// A line of a log. atomo-server writes JSON as `tracing` does; other lines are all message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogText {
    /// When it was printed, if the line says so.
    pub at: Option<OffsetDateTime>,
    /// Its level, if the line says so.
    pub level: Option<LogLevel>,
    /// The message with its fields: `slow acquire waited_ms=1900`.
    pub message: String,
}

impl LogText {
    /// Parses a line: `{"timestamp", "level", "fields": {"message", ...}}`, or with `message` at the top.
    pub fn parse(line: &str) -> Self {
        let whole = || Self { at: None, level: LogLevel::within(line), message: line.to_owned() };
        let Ok(Value::Object(mut parts)) = serde_json::from_str(line) else { return whole() };
        let level = text(&parts, "level").and_then(LogLevel::of);
        let at = text(&parts, "timestamp").and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok());
        let fields = match parts.remove("fields") {
            Some(Value::Object(fields)) => fields,
            None if parts.contains_key("message") => {
                parts.retain(|name, _| !matches!(name.as_str(), "timestamp" | "level" | "target"));
                parts
            }
            _ => return Self { at, level, ..whole() },
        };
        Self { at, level, message: sentence(fields) }
    }
}

fn text<'a>(parts: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    parts.get(name)?.as_str()
}

/// The message and, behind it, the other fields.
fn sentence(mut fields: Map<String, Value>) -> String {
    let message = fields.remove("message").map(|message| plain(&message)).unwrap_or_default();
    let rest = fields.iter().map(|(name, value)| format!(" {name}={}", plain(value)));
    let sentence = message + &rest.collect::<String>();
    sentence.trim_start().to_owned()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
