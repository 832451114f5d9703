//! Periods of time, as lists are filtered by them.

use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, Duration, OffsetDateTime};

use crate::{FieldError, Invalid};

/// A period of time. Without bounds: always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The first instant; absent: from the beginning.
    pub from: Option<OffsetDateTime>,
    /// The first instant after it (exclusive bound); absent: without an end.
    pub until: Option<OffsetDateTime>,
}

impl Period {
    /// The period of the fields `from` and `to`; an empty text is no bound. A date is that day in UTC, as `to` the whole day. A
    /// time in RFC 3339 is that instant, as `to` the first instant that is not part of it. Faults are added to the errors.
    pub fn parse(from: &str, to: &str, errors: &mut Vec<FieldError>) -> Self {
        let from = bound(errors, "from", from).map(Bound::begin);
        let until = bound(errors, "to", to).map(Bound::end);
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            errors.push(FieldError::new(
                "to",
                Invalid::new("The period ends before it begins.", "a time after from"),
            ));
        }
        Self { from, until }
    }
}

/// A bound as it was typed.
#[derive(Debug, Clone, Copy)]
enum Bound {
    Day(Date),
    Instant(OffsetDateTime),
}

impl Bound {
    fn begin(self) -> OffsetDateTime {
        match self {
            Self::Day(day) => day.midnight().assume_utc(),
            Self::Instant(at) => at,
        }
    }

    fn end(self) -> OffsetDateTime {
        match self {
            // the last day of the calendar has no next one
            Self::Day(day) => day.midnight().assume_utc().saturating_add(Duration::DAY),
            Self::Instant(at) => at,
        }
    }
}

fn bound(errors: &mut Vec<FieldError>, field: &str, text: &str) -> Option<Bound> {
    let text = text.trim();
    let day = || Date::parse(text, &Iso8601::DATE).ok().filter(|_| text.len() == 10).map(Bound::Day);
    let instant = || OffsetDateTime::parse(text, &Rfc3339).ok().map(Bound::Instant);
    let read = day().or_else(instant).ok_or_else(|| {
        let message = format!("\"{}\" is neither a date nor a time.", text.escape_default());
        Invalid::new(message, "a date such as 2026-11-30, or a time such as 2026-11-30T14:00:00Z")
    });
    if text.is_empty() { None } else { FieldError::collect(errors, field, read) }
}

#[cfg(test)]
mod tests;
