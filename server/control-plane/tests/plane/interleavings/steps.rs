//! Which step of which operation the engine is at: its own spans say so, and a layer of this process listens to them.

use std::fmt::Debug;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};
use uuid::Uuid;

/// A step that the engine began.
#[derive(Debug, Clone)]
pub struct Begun {
    pub operation: Uuid,
    pub step: String,
    pub at: Instant,
}

impl std::fmt::Display for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.step, self.operation)
    }
}

static BEGUN: Mutex<Vec<Begun>> = Mutex::new(Vec::new());

/// Listens from now on.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = Registry::default().with(Recorder.with_filter(filter_fn(is_known)));
        tracing::subscriber::set_global_default(subscriber).expect("the first subscriber of this process");
    });
}

/// All steps that were begun since the last call, in order.
pub fn take() -> Vec<Begun> {
    std::mem::take(&mut *BEGUN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The operation that the present task works on.
pub fn present() -> Option<Uuid> {
    let find = |(id, dispatch): (&Id, &tracing::Dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        span.scope().find_map(|span| span.extensions().get::<Operation>().map(|known| known.0))
    };
    tracing::Span::current().with_subscriber(find).flatten()
}

fn is_known(metadata: &Metadata<'_>) -> bool {
    metadata.is_span()
        && metadata.target().starts_with("control_plane")
        && matches!(metadata.name(), "operation" | "step")
}

/// What is kept at the span of an operation.
struct Operation(Uuid);

struct Recorder;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if attributes.metadata().name() == "operation" {
            let operation = text(attributes, "operation.id").parse().expect("the id of an operation");
            span.extensions_mut().insert(Operation(operation));
            return;
        }
        let known = span.scope().find_map(|span| span.extensions().get::<Operation>().map(|known| known.0));
        if let Some(operation) = known {
            let begun = Begun { operation, step: text(attributes, "step"), at: Instant::now() };
            BEGUN.lock().unwrap_or_else(PoisonError::into_inner).push(begun);
        }
    }
}

fn text(attributes: &Attributes<'_>, name: &'static str) -> String {
    let mut text = Text { name, text: String::new() };
    attributes.record(&mut text);
    text.text
}

/// Reads one field.
struct Text {
    name: &'static str,
    text: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == self.name {
            self.text = format!("{value:?}");
        }
    }
}
