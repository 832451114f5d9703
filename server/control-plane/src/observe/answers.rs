//! The answers of each project's present instance, which distinguish an instance that starts from one that hangs.

use std::time::{Duration, Instant};

use model::{InstanceSeen, ProjectId};
use time::OffsetDateTime;

use super::Observations;
use super::probe::Readiness;

/// An instance that was ready and does not answer for this long hangs.
const SILENCE: Duration = Duration::from_secs(3);

/// The answers of the present instance of a project so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answers {
    started_at: OffsetDateTime,
    /// When the first of the requests that it left without an answer was sent.
    silent_since: Option<Instant>,
}

impl Observations {
    /// Whether this instance was ready before.
    pub(crate) fn was_ready(&self, id: &ProjectId, instance: &InstanceSeen) -> bool {
        self.lock().answers.get(id).is_some_and(|answers| answers.started_at == instance.started_at)
    }

    /// Stores an answer of the instance. Returns whether it hangs: it was ready before, and has not answered for [`SILENCE`].
    pub(crate) fn note_answer(&self, id: &ProjectId, instance: &InstanceSeen, readiness: Readiness) -> bool {
        let mut seen = self.lock();
        let started_at = instance.started_at;
        match readiness {
            Readiness::Ready => {
                seen.answers.insert(id.clone(), Answers { started_at, silent_since: None });
                false
            }
            Readiness::Refuses => {
                if let Some(answers) = seen.answers.get_mut(id) {
                    answers.silent_since = None;
                }
                false
            }
            Readiness::Silent { asked } => {
                let answers = seen.answers.get_mut(id).filter(|answers| answers.started_at == started_at);
                let since = answers.map(|answers| *answers.silent_since.get_or_insert(asked));
                since.is_some_and(|since| since.elapsed() >= SILENCE)
            }
        }
    }
}

#[cfg(test)]
mod tests;
