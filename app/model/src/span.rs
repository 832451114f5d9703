//! Durations as text.

use time::Duration;

/// A duration: `14 s`, `12 min`, `7 h 35 min`, `9 d 4 h`. Negative ones count as 0.
pub fn span(time: Duration) -> String {
    let seconds = time.whole_seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (_, 0, _) => format!("{days} d"),
        _ => format!("{days} d {hours} h"),
    }
}
