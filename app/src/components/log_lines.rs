//! Log lines of an instance. The list grows at its end and is not announced to screen readers.

use std::sync::Arc;

use leptos::prelude::*;
use model::{LogLine, LogStream};
use time::OffsetDateTime;

use crate::text::{clock, exact, iso};

/// A line with a number that stays the same when older lines are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) number: u64,
    pub(crate) line: Arc<LogLine>,
}

/// Lines with their times.
#[component]
pub(crate) fn LogLines(#[prop(into)] lines: Signal<Vec<Numbered>>) -> impl IntoView {
    view! {
        <ol>
            <For each=move || lines.get() key=|line| line.number children=|line| view! { <Line line=line.line/> }/>
        </ol>
    }
    .into_any()
}

#[component]
fn Line(line: Arc<LogLine>) -> impl IntoView {
    let (tone, word) = level(&line);
    view! {
        <li data-tone=tone>
            <time datetime=iso(line.at) title=exact(line.at)>{moment(line.at)}</time>
            <span class="level">{word}</span>
            <span title=line.text.clone()>{readable(&line.text)}</span>
        </li>
    }
    .into_any()
}

/// Time of day in milliseconds, because many lines arrive in one second.
fn moment(at: OffsetDateTime) -> String {
    format!("{}.{:03}", clock(at), at.millisecond())
}

/// The level of a line.
pub(crate) fn level_of(line: &LogLine) -> &'static str {
    level(line).1
}

/// Lines without times, as a problem contains them.
#[component]
pub(crate) fn PlainLog(lines: Vec<String>) -> impl IntoView {
    let text = lines.join("\n");
    view! { <pre class="code" tabindex="0" role="group" aria-label="Last lines of the instance">{text}</pre> }
        .into_any()
}

/// A JSON log line as a sentence with its fields; other lines unchanged.
fn readable(text: &str) -> String {
    let fields =
        serde_json::from_str::<serde_json::Value>(text).ok().and_then(|line| line.get("fields").cloned());
    let Some(mut fields) = fields.and_then(|fields| fields.as_object().cloned()) else {
        return text.to_owned();
    };
    let message = fields.remove("message").map(|message| plain(&message)).unwrap_or_default();
    let rest = fields.iter().map(|(name, value)| format!(" {name}={}", plain(value)));
    message + &rest.collect::<String>()
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The level in a JSON log line, else the output stream (stdout or stderr).
fn level(line: &LogLine) -> (Option<&'static str>, &'static str) {
    let names = |level: &str| line.text.contains(&format!("\"level\":\"{level}\""));
    match line.stream {
        LogStream::Platform => (Some("move"), "fleet"),
        _ if names("ERROR") => (Some("bad"), "ERROR"),
        _ if names("WARN") => (Some("warn"), "WARN"),
        _ if names("INFO") => (None, "INFO"),
        LogStream::Stderr => (None, "err"),
        LogStream::Stdout => (None, "out"),
    }
}

#[cfg(test)]
mod tests;
