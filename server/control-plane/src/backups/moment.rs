//! Times in sentences, in UTC.

use time::OffsetDateTime;

/// A time to the minute, for sentences.
pub(crate) fn minute(at: OffsetDateTime) -> String {
    let (date, time) = (at.date(), at.time());
    format!("{date} {:02}:{:02} UTC", time.hour(), time.minute())
}

/// A time to the second, for sentences.
pub(super) fn second(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    let (hour, minute, second) = at.time().as_hms();
    format!("{} {hour:02}:{minute:02}:{second:02} UTC", at.date())
}
