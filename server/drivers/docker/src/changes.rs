//! Hints that an instance changed, from the engine's events.

use std::collections::VecDeque;
use std::time::Duration;

use bollard::errors::Error;
use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptionsBuilder;
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use model::InstanceKey;
use time::OffsetDateTime;
use tokio::time::sleep;

use crate::labels::{Fleet, key};

/// The pause before an engine that went away is asked again.
const PAUSE: Duration = Duration::from_secs(1);
const DOING: &str = "listening to the engine's events";
const ACTIONS: [&str; 4] = ["start", "die", "oom", "destroy"];

struct Listener {
    fleet: Fleet,
    /// The engine tells again what happened since; what was told already is a hint too many.
    since: OffsetDateTime,
    events: Option<BoxStream<'static, Result<EventMessage, Error>>>,
    hints: VecDeque<InstanceKey>,
}

/// From the call on. An engine that goes away is listened to again when it is back.
pub(crate) fn changes(fleet: &Fleet) -> BoxStream<'static, InstanceKey> {
    let listener = Listener {
        fleet: fleet.clone(),
        since: OffsetDateTime::now_utc(),
        events: None,
        hints: VecDeque::new(),
    };
    stream::unfold(listener, async |mut listener| {
        let hint = listener.next().await;
        Some((hint, listener))
    })
    .boxed()
}

impl Listener {
    async fn next(&mut self) -> InstanceKey {
        loop {
            if let Some(hint) = self.hints.pop_front() {
                return hint;
            }
            let Some(events) = &mut self.events else {
                self.listen().await;
                continue;
            };
            if let Some(Ok(event)) = events.next().await {
                self.hear(event);
            } else {
                self.events = None;
                sleep(PAUSE).await;
            }
        }
    }

    async fn listen(&mut self) {
        let Ok(engine) = self.fleet.engine(DOING) else {
            sleep(PAUSE).await;
            return;
        };
        let mut filters = self.fleet.filter();
        filters.insert("type".to_owned(), vec!["container".to_owned()]);
        filters.insert("event".to_owned(), ACTIONS.map(str::to_owned).to_vec());
        let since = format!("{}.{:09}", self.since.unix_timestamp(), self.since.nanosecond());
        let options = EventsOptionsBuilder::default().since(&since).filters(&filters).build();
        self.events = Some(engine.events(Some(options)).boxed());
    }

    fn hear(&mut self, event: EventMessage) {
        self.since = OffsetDateTime::now_utc();
        let attributes = event.actor.and_then(|actor| actor.attributes);
        self.hints.extend(attributes.as_ref().and_then(key));
    }
}
