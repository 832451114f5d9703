//! Live updates. The server sends hints ("read again", [`Hint`]); a component watches its subject and reloads it. After
//! every (re)connection everything is reloaded, so a missed hint does no harm.
//!
//! The mark in the bar shows whether the page is current. On the server and without JavaScript there is no connection,
//! and everything here does nothing.

mod clock;
mod mark;
#[cfg(any(feature = "hydrate", test))]
mod silence;
#[cfg(feature = "hydrate")]
mod stream;
mod watch;

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use model::Hint;
use time::OffsetDateTime;

pub(crate) use clock::Clock;
pub(crate) use mark::{LiveMark, StaleBanner};
pub(crate) use watch::Watch;
#[cfg(feature = "hydrate")]
use watch::Watcher;

/// The state of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser connects"))]
pub(crate) enum Connection {
    /// None wanted: no JavaScript, or the page is in the background.
    Off,
    /// Hints arrive.
    Live,
    /// Disconnected since.
    Cut(OffsetDateTime),
    /// Rejected, because the session has ended.
    LoggedOut,
}

/// The connection of this page and its watchers.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    connection: RwSignal<Connection>,
    #[cfg(feature = "hydrate")]
    watchers: StoredValue<Vec<Watcher>>,
}

impl Live {
    /// Provides it to all components below.
    pub(crate) fn provide() {
        provide_context(Self {
            connection: RwSignal::new(Connection::Off),
            #[cfg(feature = "hydrate")]
            watchers: StoredValue::new(Vec::new()),
        });
    }

    /// The one of this page.
    pub(crate) fn current() -> Self {
        expect_context()
    }

    /// The state of the connection.
    pub(crate) fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }
}

/// A counter that increases whenever the subject may have changed, while the calling view exists.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn version(_watch: Watch) -> Signal<u64> {
    Signal::stored(0)
}

/// A counter that increases whenever the subject may have changed, while the calling view exists.
#[cfg(feature = "hydrate")]
pub(crate) fn version(watch: Watch) -> Signal<u64> {
    let watchers = Live::current().watchers;
    let version = RwSignal::new(0);
    watchers.update_value(|all| all.push(Watcher::new(watch, version)));
    on_cleanup(move || {
        watchers.try_update_value(|all| all.retain(|watcher| watcher.version != version));
    });
    version.into()
}

/// Connects. Does nothing the second time, on the server, or without JavaScript.
pub(crate) fn connect() {
    #[cfg(feature = "hydrate")]
    {
        let live = Live::current();
        Effect::new(move |started: Option<()>| {
            if started.is_none() {
                stream::start(live);
            }
        });
    }
}

#[cfg(feature = "hydrate")]
impl Live {
    /// Wakes the watchers that the hint concerns; all of them for `None`.
    fn wake(self, hint: Option<&Hint>) {
        let mut bumped = Vec::new();
        self.watchers.update_value(|all| {
            for watcher in
                all.iter_mut().filter(|watcher| hint.is_none_or(|hint| watcher.watch.concerns(hint)))
            {
                if watcher.pace.wake() {
                    bumped.push(watcher.version);
                }
            }
        });
        for version in bumped {
            version.update(|count| *count += 1);
            self.release_later(version);
        }
    }

    /// Wakes a watcher at most every 250 ms, and once more if a hint arrived meanwhile.
    fn release_later(self, version: RwSignal<u64>) {
        let release = move || {
            let again = self.watchers.try_update_value(|all| {
                all.iter_mut()
                    .find(|watcher| watcher.version == version)
                    .is_some_and(|watcher| watcher.pace.release())
            });
            if again == Some(true) {
                version.update(|count| *count += 1);
                self.release_later(version);
            }
        };
        set_timeout(release, std::time::Duration::from_millis(250));
    }
}
