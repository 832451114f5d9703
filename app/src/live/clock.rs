//! The server's clock, for relative times. It starts at the time at which the page was rendered, so that hydration
//! finds the same text, and advances every second.

use leptos::prelude::*;
use time::OffsetDateTime;

/// The clock of this page.
#[derive(Clone, Copy)]
pub(crate) struct Clock(RwSignal<OffsetDateTime>);

impl Clock {
    /// Provides it to all components below, and starts it in the browser.
    pub(crate) fn provide() {
        let rendered: i64 = SharedValue::new(|| machine_time().unix_timestamp()).into_inner();
        let rendered = OffsetDateTime::from_unix_timestamp(rendered).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let clock = Self(RwSignal::new(rendered));
        provide_context(clock);
        start(clock, rendered);
    }

    /// The one of this page.
    pub(crate) fn current() -> Self {
        expect_context()
    }

    /// The present second. Tracked.
    pub(crate) fn now(self) -> OffsetDateTime {
        self.0.get()
    }

    /// The present second. Untracked.
    pub(crate) fn now_untracked(self) -> OffsetDateTime {
        self.0.get_untracked()
    }
}

#[cfg(feature = "hydrate")]
fn start(clock: Clock, rendered: OffsetDateTime) {
    Effect::new(move |_| {
        let ahead = rendered - arrived();
        set_interval(move || clock.0.set(machine_time() + ahead), std::time::Duration::from_secs(1));
    });
}

#[cfg(not(feature = "hydrate"))]
const fn start(_clock: Clock, _rendered: OffsetDateTime) {}

/// When the page arrived by the browser's clock: about when it was rendered by the server's.
#[cfg(feature = "hydrate")]
fn arrived() -> OffsetDateTime {
    window().performance().map_or_else(machine_time, |times| from_millis(times.timing().response_start()))
}

#[cfg(feature = "hydrate")]
fn machine_time() -> OffsetDateTime {
    from_millis(js_sys::Date::now())
}

#[cfg(feature = "hydrate")]
#[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds fits")]
fn from_millis(millis: f64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(millis as i128 * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(not(feature = "hydrate"))]
fn machine_time() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
