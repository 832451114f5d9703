//! What is known of drift in memory: the findings and levels as of the last checks, and which projects are to be checked next.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use model::{CommitSha, DriftFinding, DriftLevel, DriftLevelState, DriftState, ProjectId};
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};

use super::compare::Outcome;

/// A difference that the engine began to close before a check saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) at: OffsetDateTime,
    pub(crate) diff: Vec<String>,
}

/// What is known of drift.
pub(crate) struct KnownDrift {
    state: Mutex<State>,
    /// Wakes the loop that checks single projects.
    wake: Notify,
    /// When each project was last checked as a whole.
    checked: watch::Sender<HashMap<ProjectId, Instant>>,
    /// Held while findings are read, compared and written.
    pub(crate) writing: tokio::sync::Mutex<()>,
}

struct State {
    findings: Arc<[DriftFinding]>,
    levels: HashMap<ProjectId, BTreeMap<DriftLevel, DriftLevelState>>,
    ahead: HashMap<ProjectId, CommitSha>,
    /// What the driver found that was made or changed by hand, as of the last check of each project as a whole.
    by_hand: HashMap<ProjectId, Vec<String>>,
    noted: BTreeMap<(ProjectId, DriftLevel), Noted>,
    /// Projects that had no difference since this process reconciles them.
    settled: BTreeSet<ProjectId>,
    woken: BTreeSet<ProjectId>,
}

impl Default for KnownDrift {
    fn default() -> Self {
        let state = State {
            findings: Vec::new().into(),
            levels: HashMap::new(),
            ahead: HashMap::new(),
            by_hand: HashMap::new(),
            noted: BTreeMap::new(),
            settled: BTreeSet::new(),
            woken: BTreeSet::new(),
        };
        Self {
            state: Mutex::new(state),
            wake: Notify::new(),
            checked: watch::Sender::new(HashMap::new()),
            writing: tokio::sync::Mutex::default(),
        }
    }
}

impl KnownDrift {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The findings that are not resolved, as of the last check.
    pub(crate) fn findings(&self) -> Arc<[DriftFinding]> {
        Arc::clone(&self.lock().findings)
    }

    /// Whether findings are new, gone, changed or decided.
    pub(super) fn put_findings(&self, findings: Vec<DriftFinding>) -> bool {
        let mut state = self.lock();
        let facts = |it: &DriftFinding| (it.id, it.key.clone(), it.unknown_since, it.decision.clone());
        let same = state.findings.iter().map(facts).eq(findings.iter().map(facts));
        state.findings = findings.into();
        !same
    }

    /// The levels of a project; one that was never checked is unknown.
    pub(super) fn levels(&self, id: &ProjectId) -> Vec<DriftLevelState> {
        let state = self.lock();
        let seen = state.levels.get(id);
        let level = |level| {
            seen.and_then(|seen| seen.get(&level)).cloned().unwrap_or_else(|| DriftLevelState {
                level,
                state: DriftState::Unknown,
                note: Some("It was not checked since the control plane started.".to_owned()),
                checked_at: None,
                unknown_since: None,
            })
        };
        DriftLevel::ALL.into_iter().map(level).collect()
    }

    /// Stores what a check found. A level that stays unknown keeps the time since when it is.
    pub(super) fn set_level(
        &self,
        id: &ProjectId,
        level: DriftLevel,
        outcome: &Outcome,
        now: OffsetDateTime,
    ) {
        let mut state = self.lock();
        let levels = state.levels.entry(id.clone()).or_default();
        let since = levels.get(&level).and_then(|seen| seen.unknown_since);
        let (word, note) = match outcome {
            Outcome::InSync => (DriftState::InSync, None),
            Outcome::Differs(_) => (DriftState::Drifted, None),
            Outcome::Unknown(reason) => (DriftState::Unknown, Some(reason.clone())),
            Outcome::NotCompared(reason) => (DriftState::NotCompared, Some((*reason).to_owned())),
        };
        let unknown_since = (word == DriftState::Unknown).then(|| since.unwrap_or(now));
        levels.insert(
            level,
            DriftLevelState { level, state: word, note, checked_at: Some(now), unknown_since },
        );
    }

    /// The newest commit of the project's schema file, if it is not the pinned one.
    pub(super) fn ahead(&self, id: &ProjectId) -> Option<CommitSha> {
        self.lock().ahead.get(id).cloned()
    }

    pub(super) fn set_ahead(&self, id: &ProjectId, newest: Option<CommitSha>) {
        let mut state = self.lock();
        match newest {
            Some(newest) => drop(state.ahead.insert(id.clone(), newest)),
            None => drop(state.ahead.remove(id)),
        }
    }

    /// In what the instance of a project is not what the driver started.
    pub(super) fn by_hand(&self, id: &ProjectId) -> Vec<String> {
        self.lock().by_hand.get(id).cloned().unwrap_or_default()
    }

    pub(super) fn set_by_hand(&self, id: &ProjectId, lines: Vec<String>) {
        self.lock().by_hand.insert(id.clone(), lines);
    }

    /// Projects without a row are forgotten.
    pub(super) fn retain(&self, exists: impl Fn(&ProjectId) -> bool) {
        let mut state = self.lock();
        state.levels.retain(|id, _| exists(id));
        state.ahead.retain(|id, _| exists(id));
        state.by_hand.retain(|id, _| exists(id));
        state.noted.retain(|(id, _), _| exists(id));
        state.settled.retain(|id| exists(id));
        drop(state);
        self.checked.send_modify(|checked| checked.retain(|id, _| exists(id)));
    }

    /// The project has no difference: what differs from now on is drift, and no consequence of a start of the control plane.
    pub(crate) fn settled(&self, id: &ProjectId) {
        self.lock().settled.insert(id.clone());
    }

    /// The engine is about to close these lines of a difference that no operator caused.
    pub(crate) fn note(&self, id: &ProjectId, level: DriftLevel, line: String) {
        let mut state = self.lock();
        if state.settled.contains(id) {
            let new = || Noted { at: OffsetDateTime::now_utc(), diff: Vec::new() };
            let noted = state.noted.entry((id.clone(), level)).or_insert_with(new);
            if !noted.diff.contains(&line) {
                noted.diff.push(line);
            }
        }
    }

    /// What the engine has begun to close on these levels since the last call.
    pub(super) fn take_noted(&self, id: &ProjectId, level: DriftLevel) -> Option<Noted> {
        self.lock().noted.remove(&(id.clone(), level))
    }

    /// Has the project checked soon, on every level.
    pub(crate) fn wake(&self, id: &ProjectId) {
        self.lock().woken.insert(id.clone());
        self.wake.notify_one();
    }

    /// The projects that are to be checked; waits until there is one.
    pub(super) async fn woken(&self) -> BTreeSet<ProjectId> {
        loop {
            let woken = std::mem::take(&mut self.lock().woken);
            if !woken.is_empty() {
                return woken;
            }
            self.wake.notified().await;
        }
    }

    /// The project was checked on every level, from `begun` on.
    pub(super) fn done(&self, id: &ProjectId, begun: Instant) {
        self.checked.send_modify(|checked| {
            checked.insert(id.clone(), begun);
        });
    }

    /// Returns when the project was checked by a check that began after `since`.
    pub(super) async fn checked_after(&self, id: &ProjectId, since: Instant) {
        let mut checked = self.checked.subscribe();
        let _ = checked.wait_for(|checked| checked.get(id).is_some_and(|begun| *begun >= since)).await;
    }
}
