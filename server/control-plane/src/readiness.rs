//! Readiness and liveness of this process, for its supervisor.

use std::time::Duration;

use crate::ControlPlane;
use crate::reconciler::sweep::{DEADLINE as SWEEP_DEADLINE, PROJECTS};
use crate::registry::RegistryError;

/// Minimum gap between observations of all projects that counts as a failure.
const SHORTEST_SILENCE: Duration = Duration::from_secs(15);

impl ControlPlane {
    /// Whether pages can be served and the engine works; else why not, as a sentence.
    pub async fn ready(&self) -> Result<(), String> {
        match self.registry().accepts_changes().await {
            Ok(true) => {}
            Ok(false) => return Err("The registry is read-only.".to_owned()),
            Err(error) => return Err(away(&error)),
        }
        if !self.0.leadership.get() {
            return Err("This process does not hold the engine lock of the registry; nothing is reconciled."
                .to_owned());
        }
        let silence = self.silence();
        let (since, problem) = self.0.tasks.since_success(PROJECTS).unwrap_or_default();
        if since > silence {
            let reason = problem.unwrap_or_else(|| "it takes too long".to_owned());
            return Err(format!("No look at all projects succeeded for {} s: {reason}.", since.as_secs()));
        }
        let rows = self.0.observations.rows();
        if rows.readable == 0 && rows.unreadable > 0 {
            return Err(format!("None of the {} rows of projects can be read.", rows.unreadable));
        }
        Ok(())
    }

    /// Whether the engine is alive: its observations of all projects end, with or without success. It is alive too while a part
    /// such as the registry is unavailable.
    pub fn gets_on(&self) -> bool {
        let since = self.0.tasks.since_end(PROJECTS);
        !self.0.leadership.get() || since.is_none_or(|since| since <= SWEEP_DEADLINE + self.silence())
    }

    /// Maximum gap between two observations of all projects.
    fn silence(&self) -> Duration {
        SHORTEST_SILENCE.max(3 * self.0.settings.sweep)
    }
}

fn away(error: &RegistryError) -> String {
    let problem = error.problem();
    format!("{}. {}", problem.title, problem.detail)
}
