//! Events of the audit trail, before they are written.

use model::{EventAction, ProjectId};
use serde_json::Value;

/// What happened, for the audit trail.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// The project; `None` for the fleet.
    pub project: Option<&'a ProjectId>,
    /// What was done.
    pub action: EventAction,
    /// The facts from which [`model::event::sentence`] makes a sentence: an object. It never contains a secret or the value of
    /// an environment variable.
    pub detail: Value,
}
