//! How the present instance of each project has answered: what tells one that is still starting from one that hangs.

use std::time::{Duration, Instant};

use model::{InstanceSeen, ProjectId};
use time::OffsetDateTime;

use super::Observations;
use crate::probe::Readiness;

/// How long an instance that was ready may be silent until it is taken for one that hangs.
const SILENCE: Duration = Duration::from_secs(3);

/// How the present instance of a project has answered so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answers {
    started_at: OffsetDateTime,
    /// When the first of the requests that it left without an answer was sent.
    silent_since: Option<Instant>,
}

impl Observations {
    /// Whether this very instance was ready before.
    pub(crate) fn was_ready(&self, id: &ProjectId, instance: &InstanceSeen) -> bool {
        self.lock().answers.get(id).is_some_and(|answers| answers.started_at == instance.started_at)
    }

    /// Notes how the instance answered, and returns whether it hangs: it was ready before, and has been silent for a while.
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
