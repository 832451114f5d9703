//! Figures for people: times relative to a given now, durations, counts. Pure. The page script
//! continues times with the same words (`script/clock.ts`).
//!
//! Units are s, min, h and d; two units at most; no value is an en dash.

pub(crate) use model::span;
use time::{Duration, OffsetDateTime};

/// No value.
pub(crate) const NONE: &str = "\u{2013}";

/// How long something took: `742 ms`, `14.2 s`, `1 min 46 s`, then as [`span`].
pub(crate) fn took(time: Duration) -> String {
    let millis = time.whole_milliseconds().max(0);
    match millis {
        0..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{}.{} s", millis / 1000, millis / 100 % 10),
        60_000..3_600_000 => format!("{} min {} s", millis / 60_000, millis / 1000 % 60),
        _ => span(time),
    }
}

/// How long ago: `now`, `12 s ago`, `17 h ago`; one unit. Something that is still to come is `in 3 d`.
pub(crate) fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let seconds = (now - at).whole_seconds();
    let text = coarse(seconds.abs());
    match seconds {
        -4..=4 => "now".to_owned(),
        5.. => format!("{text} ago"),
        _ => format!("in {text}"),
    }
}

fn coarse(seconds: i64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// The exact time for people: `2026-11-23 21:42:08 UTC`.
pub(crate) fn exact(at: OffsetDateTime) -> String {
    format!("{} {} UTC", date(at), clock(at))
}

/// The exact time for programs: `2026-11-23T21:42:08Z`.
pub(crate) fn iso(at: OffsetDateTime) -> String {
    format!("{}T{}Z", date(at), clock(at))
}

/// To the minute, in UTC, for names of moments: `2026-11-30 14:07`.
pub(crate) fn minute(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!("{} {:02}:{:02}", date(at), at.hour(), at.minute())
}

/// A day of this year or the last: `30 Nov`.
pub(crate) fn day(date: time::Date) -> String {
    let month: String = date.month().to_string().chars().take(3).collect();
    format!("{} {month}", date.day())
}

/// How long something took, of milliseconds.
pub(crate) fn took_ms(millis: u64) -> String {
    took(Duration::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX)))
}

/// The time of day, to the second.
pub(crate) fn clock(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

fn date(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
}

/// A number and its noun: `1 project`, `2,104 projects`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number with a comma every three digits.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The first letter in upper case, as at the start of a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
