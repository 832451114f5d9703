//! Log lines of an instance. The list grows at its end and is not announced to screen readers.

use leptos::prelude::*;
use model::{LogLevel, LogLine, LogStream, LogText};
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
    html.element("span", &[("title", &line.text)], &LogText::parse(&line.text).message).close("li");
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

/// The last lines of an instance, as a problem contains them: level, time and message as far as the line has them, with the
/// line itself in its title.
#[component]
pub(crate) fn PlainLog(lines: Vec<String>) -> impl IntoView {
    let html: String = lines.iter().map(|line| plain_html(line)).collect();
    // without columns for time and level where no line has them
    let bare = !html.contains("<time") && !html.contains("data-tone");
    let kind = if bare { "bare" } else { "parsed" };
    view! {
        <div class="log" data-plain=kind tabindex="0" role="group" aria-label="Last lines of the instance">
            <ol inner_html=html></ol>
        </div>
    }
    .into_any()
}

fn plain_html(line: &str) -> String {
    let parsed = LogText::parse(line);
    let (tone, word) = parsed.level.map_or((None, ""), shown);
    let tone: Vec<(&str, &str)> = tone.map(|tone| ("data-tone", tone)).into_iter().collect();
    let mut html = Html::with_capacity(200 + 2 * line.len());
    html.open("li", &tone);
    match parsed.at {
        Some(at) => html.element("time", &[("datetime", &iso(at)), ("title", &exact(at))], &moment(at)),
        None => html.element("span", &[], ""),
    };
    html.element("span", &[("class", "level")], word);
    html.element("span", &[("title", line)], &parsed.message).close("li");
    html.finish().replace(['\n', '\r'], " ")
}

/// Tone and word of a level.
const fn shown(level: LogLevel) -> (Option<&'static str>, &'static str) {
    let tone = match level {
        LogLevel::Error => Some("bad"),
        LogLevel::Warn => Some("warn"),
        LogLevel::Info | LogLevel::Debug | LogLevel::Trace => None,
    };
    (tone, level.as_str())
}

/// The level in a JSON log line, else the output stream (stdout or stderr).
fn level(line: &LogLine) -> (Option<&'static str>, &'static str) {
    match (line.stream, LogText::parse(&line.text).level) {
        (LogStream::Platform, _) => (Some("move"), "fleet"),
        (_, Some(level)) => shown(level),
        (LogStream::Stderr, None) => (None, "err"),
        (LogStream::Stdout, None) => (None, "out"),
    }
}

#[cfg(test)]
mod tests;
