//! Log lines of an instance. The list grows at its end and is not announced to screen readers.

use leptos::prelude::*;
use model::{LogLine, LogStream};
use time::OffsetDateTime;

use crate::html::Html;
use crate::text::{clock, exact, iso};

/// Lines with their times.
#[component]
pub(crate) fn LogLines(lines: Vec<LogLine>) -> impl IntoView {
    let html: String = lines.iter().map(line_html).collect();
    view! { <ol inner_html=html></ol> }.into_any()
}

/// A line as an element of the list, without line breaks.
pub(crate) fn line_html(line: &LogLine) -> String {
    let (tone, word) = level(line);
    let (at, title) = (iso(line.at), exact(line.at));
    let mut html = Html::with_capacity(200 + 2 * line.text.len());
    let tone: Vec<(&str, &str)> = tone.map(|tone| ("data-tone", tone)).into_iter().collect();
    html.open("li", &tone);
    html.element("time", &[("datetime", &at), ("title", &title)], &moment(line.at));
    html.element("span", &[("class", "level")], word);
    html.element("span", &[("title", &line.text)], &readable(&line.text)).close("li");
    html.finish().replace(['\n', '\r'], " ")
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
