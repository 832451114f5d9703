//! Open pages follow what happens. The server says only "look again" ([`Hint`]); a page watches what it shows and
//! fetches it anew. After every (re)connection everything is looked at again, so a missed hint does no harm.
//!
//! The mark in the top bar says whether the page tells the truth right now. On the server, and where scripts do not run,
//! nothing is connected and nothing of this module moves.

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

/// Whether hints arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser connects"))]
pub(crate) enum Connection {
    /// Not asked for: no scripts, or a page in the background.
    Off,
    /// They do.
    Live,
    /// They did until then.
    Cut(OffsetDateTime),
    /// They do not, because the log-in has ended.
    LoggedOut,
}

/// The connection of this page and those who watch.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    connection: RwSignal<Connection>,
    #[cfg(feature = "hydrate")]
    watchers: StoredValue<Vec<Watcher>>,
}

impl Live {
    /// Makes it reachable for everything below.
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

    /// Whether hints arrive.
    pub(crate) fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }
}

/// Counts up whenever what is watched may have changed, for as long as the view that asked exists.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn version(_watch: Watch) -> Signal<u64> {
    Signal::stored(0)
}

/// Counts up whenever what is watched may have changed, for as long as the view that asked exists.
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

/// Starts to listen. Does nothing a second time, on the server, or without scripts.
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
    /// Wakes who watches what the hint is about; all of them where it is absent.
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

    /// A watcher is woken at most every quarter of a second, and once more at the end when it was hinted meanwhile.
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
