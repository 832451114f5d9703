//! Cron expressions of five fields in a time zone.
//!
//! The expression is evaluated on local times, which are then mapped to instants. Every local time that matches is one backup: a
//! local time that is skipped by daylight saving fires at the end of the skipped hour, and one that occurs twice fires at its first
//! occurrence.
//!
//! `cronexpr` 1.7 itself fires twice in a repeated hour and not at all in a skipped one. It also accepts `L`, `W` and `#`, which are
//! refused here: its `L` misses the last day of December.

use cronexpr::{Crontab, MakeTimestamp, parse_crontab};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use time::OffsetDateTime;

use crate::Invalid;
use crate::text::validated_text;

const ACCEPTED: &str = "five fields (minute, hour, day of month, month, day of week) and an IANA time zone, such as 30 2 * * * Europe/Berlin";
const ACCEPTED_ZONE: &str =
    "a name of the IANA time zone database, such as UTC, Europe/Berlin or America/New_York";
/// Maximum length of an expression, in bytes.
const MAX_TEXT: usize = 200;
/// The last instant from which the next firing is searched: 9900-01-01 00:00 UTC. The library panics near the year 9999.
const LAST_SEARCH: i64 = 250_249_046_400;
/// From where a new expression is searched for a firing. The four years after it have a leap day.
const FIRST_SEARCH: DateTime = DateTime::constant(2025, 1, 1, 0, 0, 0, 0);

/// Name and accepted values of each field.
const FIELDS: [(&str, &str); 5] = [
    ("minute", "a minute from 0 to 59, *, or a list, range or step of them, such as 0,30 or */15"),
    ("hour", "an hour from 0 to 23, *, or a list, range or step of them, such as 2,14 or */6"),
    ("day of month", "a day from 1 to 31, *, or a list, range or step of them, such as 1,15"),
    ("month", "a month from 1 to 12 or JAN to DEC, *, or a list, range or step of them, such as 1-6"),
    (
        "day of week",
        "a day from 0 (Sunday) to 7 (Sunday) or MON to SUN, *, or a list or range of them, such as MON-FRI",
    ),
];

validated_text! {
    /// A cron expression of five fields in a time zone, such as `30 2 * * * Europe/Berlin`, in canonical form: single spaces, names
    /// of months and days in capitals, the time zone as the IANA database writes it. It fires at least once in four years.
    ///
    /// If neither day of month nor day of week begins with `*`, a day has to match one of them; otherwise both.
    CronSchedule, check
}

impl CronSchedule {
    /// `30 2 * * * UTC`.
    pub(super) fn daily_utc() -> Self {
        Self("30 2 * * * UTC".to_owned())
    }

    /// The first firing after this instant, on a whole minute of local time. `None` if there is none within four years, after the
    /// year 9900, and if this machine does not know the time zone.
    pub(super) fn next_after(&self, after: OffsetDateTime) -> Option<OffsetDateTime> {
        let (fields, zone) = self.0.rsplit_once(' ')?;
        let (crontab, zone) = (parse_fields(fields).ok()?, find_zone(zone)?);
        let seconds = after.unix_timestamp().max(0);
        let after = Timestamp::from_second(seconds).ok().filter(|_| seconds < LAST_SEARCH)?;
        let mut local = zone.to_datetime(after);
        // Local times of a repeated hour map to its first occurrence, which can be before `after`.
        loop {
            local = next_local(&crontab, local)?;
            let firing = instant(&zone, local)?;
            if firing > after {
                return OffsetDateTime::from_unix_timestamp(firing.as_second()).ok();
            }
        }
    }
}

/// The fields, to be evaluated on local times as if they were UTC.
fn parse_fields(fields: &str) -> Result<Crontab, Invalid> {
    parse_crontab(&format!("{fields} UTC"))
        .map_err(|_| Invalid::new("This is not a cron expression.", ACCEPTED))
}

/// The time zone of this name, in any case; `None` if the IANA database has none.
fn find_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok().filter(|zone| !zone.is_unknown() && zone.iana_name().is_some())
}

/// The instant of a local time: the first occurrence of a repeated one, the end of the gap for a skipped one. A later local time is
/// never an earlier instant.
fn instant(zone: &TimeZone, local: DateTime) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(local).ok(),
        AmbiguousOffset::Gap { after, .. } => {
            let before_gap = after.to_timestamp(local).ok()?;
            zone.following(before_gap).next().map(|transition| transition.timestamp())
        }
    }
}

/// The next local time that matches; `None` if there is none within four years.
fn next_local(crontab: &Crontab, local: DateTime) -> Option<DateTime> {
    let as_utc = TimeZone::UTC.to_timestamp(local).ok()?;
    crontab.find_next(MakeTimestamp(as_utc)).ok().map(|next| next.datetime())
}

/// The canonical form of an expression.
fn check(text: &str) -> Result<String, Invalid> {
    if text.len() > MAX_TEXT {
        return Err(Invalid::new("This expression is longer than 200 bytes.", ACCEPTED));
    }
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    let [fields @ .., zone] = parts.as_slice() else {
        return Err(Invalid::new("A cron expression is needed.", ACCEPTED));
    };
    let zone = split_zone(fields, zone)?;
    let fields: Vec<String> = fields.iter().map(|field| field.to_ascii_uppercase()).collect();
    for (position, field) in fields.iter().enumerate() {
        check_field(position, field)?;
    }
    let fields = fields.join(" ");
    let crontab = parse_fields(&fields)?;
    if next_local(&crontab, FIRST_SEARCH).is_none() {
        let message = format!("\"{fields}\" never fires: no day within four years matches.");
        return Err(Invalid::new(message, "an expression that fires at least once in four years"));
    }
    Ok(format!("{fields} {}", zone.iana_name().unwrap_or("UTC")))
}

/// The time zone, if exactly five fields are before it. Otherwise the fault says which part is missing or too much.
fn split_zone(fields: &[&str], last: &str) -> Result<TimeZone, Invalid> {
    let zone = find_zone(last);
    let fault = |message: String| Err(Invalid::new(message, ACCEPTED));
    match (fields.len(), zone) {
        (5, Some(zone)) => Ok(zone),
        (5, None) if check_field(4, &last.to_ascii_uppercase()).is_ok() => {
            fault("Six fields and no time zone were given; seconds are not accepted.".into())
        }
        (5, None) => {
            let message = format!("There is no time zone \"{}\".", last.escape_default());
            Err(Invalid::new(message, ACCEPTED_ZONE))
        }
        (6, Some(_)) => fault("Six fields were given; seconds and years are not accepted.".into()),
        (4, None) => fault("The time zone is missing.".into()),
        (number, Some(_)) => fault(format!("{number} fields were given instead of five.")),
        (number, None) => {
            fault(format!("{} parts were given instead of five fields and a time zone.", number + 1))
        }
    }
}

/// Checks one field, in capitals, by itself.
fn check_field(position: usize, field: &str) -> Result<(), Invalid> {
    let Some((name, accepted)) = FIELDS.get(position) else {
        return Err(Invalid::new("A cron expression has five fields.", ACCEPTED));
    };
    let mut all = ["*"; FIELDS.len()];
    all[position] = field;
    let extension = match position {
        2 => field.contains(|c: char| c.is_ascii_alphabetic()),
        4 => field.contains(['L', '#']),
        _ => false,
    };
    if extension || parse_fields(&all.join(" ")).is_err() {
        let message = format!("\"{}\" is not accepted as {name}.", field.escape_default());
        return Err(Invalid::new(message, accepted));
    }
    Ok(())
}
