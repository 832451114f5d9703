//! Observations of the parts: product, missing capabilities, availability.

use model::DatabaseServerName;
use model::fleet::{Part, PartKind, PartState};
use time::OffsetDateTime;

use super::{Observations, State};
use crate::ports::Failure;

/// The answer of a part to a probe.
pub(crate) struct PartReport {
    /// Product and version.
    pub(crate) name: String,
    /// Capabilities that it lacks, as sentences.
    pub(crate) missing: Vec<String>,
}

impl From<String> for PartReport {
    fn from(name: String) -> Self {
        Self { name, missing: Vec::new() }
    }
}

impl Observations {
    /// Every part that was probed, in a fixed order.
    pub(crate) fn parts(&self) -> Vec<Part> {
        self.lock().parts.clone()
    }

    /// Whether the gateway enforces rate limits, as last observed.
    pub(crate) fn limits_rates(&self) -> Option<bool> {
        self.lock().limits_rates
    }

    /// Stores whether the gateway enforces rate limits.
    pub(crate) fn set_limits_rates(&self, limits_rates: bool) {
        self.lock().limits_rates = Some(limits_rates);
    }

    /// Stores the result of a probe. Returns `true` if the part went away or came back. `server` distinguishes several
    /// database servers. A gateway that answers but does not serve the table stays away.
    pub(crate) fn set_part<E: Failure>(
        &self,
        kind: PartKind,
        server: Option<&DatabaseServerName>,
        answer: Result<PartReport, E>,
    ) -> bool {
        let mut seen = self.lock();
        let (report, fault) = match answer {
            Ok(report) => (Some(report), None),
            Err(error) => (None, Some(error.problem().detail)),
        };
        let unpublished = seen.unpublished.clone().filter(|_| kind == PartKind::Gateway);
        seen.update_part(kind, server, report, fault.or(unpublished))
    }

    /// Stores whether the gateway serves the table, or the fault if it is not that of a single project. Returns `true`
    /// if the gateway went away or came back by it.
    pub(crate) fn set_published(&self, fault: Option<String>) -> bool {
        let mut seen = self.lock();
        seen.unpublished.clone_from(&fault);
        seen.update_part(PartKind::Gateway, None, None, fault)
    }
}

impl State {
    /// Updates a part. Its former answer is kept if there is no new one.
    fn update_part(
        &mut self,
        kind: PartKind,
        server: Option<&DatabaseServerName>,
        report: Option<PartReport>,
        fault: Option<String>,
    ) -> bool {
        let same = |part: &Part| part.kind == kind && part.database_server.as_ref() == server;
        let earlier = self.parts.iter().position(same);
        let known = earlier.map(|index| self.parts.remove(index));
        let state = match (fault, known.as_ref().map(|part| &part.state)) {
            (None, _) => PartState::Up,
            (Some(reason), Some(PartState::Away { since, .. })) => PartState::Away { reason, since: *since },
            (Some(reason), _) => PartState::Away { reason, since: OffsetDateTime::now_utc() },
        };
        let is_up = |state: &PartState| matches!(state, PartState::Up);
        let moved = known.as_ref().is_none_or(|part| is_up(&part.state) != is_up(&state));
        let report = report.or_else(|| known.map(|Part { name, missing, .. }| PartReport { name, missing }));
        let PartReport { name, missing } = report.unwrap_or_else(|| kind.to_string().into());
        let place = earlier.unwrap_or(self.parts.len());
        self.parts.insert(place, Part { kind, database_server: server.cloned(), name, missing, state });
        moved
    }
}
