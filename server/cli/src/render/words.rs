//! Times, durations and marks.

use model::{Health, OperationStatus, StepStatus, Sync};
use time::{Duration, OffsetDateTime};

/// The time since, in the largest unit that fits: `4 s ago`, `3 min ago`, `2 h ago`, `5 d ago`; the date after 60 days.
/// `now` if the local clock is behind the server's.
pub fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let seconds = (now - at).whole_seconds();
    match seconds {
        ..=0 => "now".into(),
        1..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        86_400..5_184_000 => format!("{} d ago", seconds / 86_400),
        _ => at.date().to_string(),
    }
}

/// The time until, in the largest unit that fits.
pub fn until(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let seconds = (at - now).whole_seconds();
    match seconds {
        ..=0 => "over".into(),
        1..60 => format!("in {seconds} s"),
        60..3_600 => format!("in {} min", seconds / 60),
        3_600..86_400 => format!("in {} h", seconds / 3_600),
        _ => format!("in {} d", seconds / 86_400),
    }
}

/// A duration: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
pub fn took(duration: Duration) -> String {
    let tenths = duration.whole_milliseconds().max(0) / 100;
    let seconds = tenths / 10;
    match seconds {
        0..10 => format!("{seconds}.{} s", tenths % 10),
        10..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// A health as mark and word.
pub fn health(health: Health) -> String {
    let mark = match health {
        Health::Down => 'x',
        Health::Degraded => '!',
        Health::Unknown => '?',
        Health::Progressing => '~',
        Health::Maintenance => 'm',
        Health::Healthy => '\u{2713}',
        Health::Suspended => '-',
    };
    format!("{mark} {health}")
}

/// A sync state, with what differs.
pub fn sync(sync: &Sync) -> String {
    match sync {
        Sync::Synced => "synced".into(),
        Sync::Unknown => "unknown".into(),
        Sync::OutOfSync(drifts) => {
            let levels: Vec<&str> = drifts.iter().map(|drift| drift.level.as_str()).collect();
            format!("differs: {}", levels.join(", "))
        }
        Sync::Progressing(_) => "in progress".into(),
    }
}

/// The mark of a step.
pub const fn step_mark(status: StepStatus) -> char {
    match status {
        StepStatus::Waiting => '\u{b7}',
        StepStatus::Running => '~',
        StepStatus::Done => '\u{2713}',
        StepStatus::Failed => 'x',
        StepStatus::Skipped => '-',
    }
}

/// The mark of an operation.
pub const fn operation_mark(status: OperationStatus) -> char {
    match status {
        OperationStatus::Waiting => '\u{b7}',
        OperationStatus::Running => '~',
        OperationStatus::Succeeded => '\u{2713}',
        OperationStatus::Failed => 'x',
        OperationStatus::Cancelled | OperationStatus::Superseded => '-',
    }
}

/// Escapes control characters as `\u{1b}`. Tabs stay, line ends become spaces.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => plain.push(c),
            '\n' => plain.push(' '),
            c if c.is_control() || is_direction(c) => plain.extend(c.escape_default()),
            c => plain.push(c),
        }
    }
    plain
}

/// Characters that change the writing direction and can disguise a line.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
