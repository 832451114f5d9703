//! The lines of a log on a page: they come in at its end, and what is being read stays where it is.

use std::sync::Arc;

use leptos::prelude::*;
use model::LogLine;

use crate::components::Numbered;

/// More lines than this are not kept on the page.
#[cfg(any(feature = "hydrate", test))]
const KEPT: usize = 5_000;

/// Lines with running numbers, oldest first.
#[derive(Debug, Default, Clone)]
pub(super) struct Lines {
    kept: Vec<Numbered>,
    next: u64,
}

impl Lines {
    /// The lines that a page begins with.
    pub(super) fn begin(lines: Vec<LogLine>) -> Self {
        let mut begun = Self::default();
        for line in lines {
            begun.push(line);
        }
        begun
    }

    fn push(&mut self, line: LogLine) {
        self.kept.push(Numbered { number: self.next, line: Arc::new(line) });
        self.next += 1;
    }

    /// Adds what came in, without the lines that are there already, and lets go of the oldest surplus. `overlap` says
    /// whether known lines may still come: a stream begins with them.
    #[cfg(any(feature = "hydrate", test))]
    pub(super) fn add(&mut self, new: Vec<LogLine>, overlap: &mut bool) {
        for line in new {
            *overlap = *overlap && super::split::is_known(&self.kept, &line);
            if !*overlap {
                self.push(line);
            }
        }
        let surplus = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..surplus);
    }

    /// The lines before `until`, or all of them.
    fn before(&self, until: Option<u64>) -> impl Iterator<Item = &Numbered> {
        self.kept.iter().filter(move |line| until.is_none_or(|until| line.number < until))
    }
}

/// A log on a page.
#[derive(Clone, Copy)]
pub(super) struct Feed {
    lines: RwSignal<Lines>,
    /// The first line that is not shown while it is paused.
    paused_at: RwSignal<Option<u64>>,
    /// Whether its end is in sight.
    pub(super) at_end: RwSignal<bool>,
    /// The first line that nobody has seen yet.
    seen: RwSignal<u64>,
}

impl Feed {
    /// Begins with lines that were loaded with the page, its end in sight.
    pub(super) fn new(lines: Vec<LogLine>) -> Self {
        let lines = Lines::begin(lines);
        let seen = RwSignal::new(lines.next);
        Self {
            lines: RwSignal::new(lines),
            paused_at: RwSignal::new(None),
            at_end: RwSignal::new(true),
            seen,
        }
    }

    /// What is shown of it.
    pub(super) fn shown(self) -> Vec<Numbered> {
        self.lines.with(|lines| lines.before(self.paused_at.get()).cloned().collect())
    }

    /// What came in since its end was in sight.
    pub(super) fn unseen(self) -> Vec<Numbered> {
        let seen = self.seen.get();
        self.lines.with(|lines| lines.kept.iter().filter(|line| line.number >= seen).cloned().collect())
    }

    /// Whether new lines are held back.
    pub(super) fn is_paused(self) -> bool {
        self.paused_at.get().is_some()
    }

    /// Holds new lines back, or shows all that were held.
    pub(super) fn pause_or_go_on(self) {
        let next = self.lines.with_untracked(|lines| lines.next);
        self.paused_at.update(|paused| *paused = if paused.is_some() { None } else { Some(next) });
    }

    /// Shows everything, from its end on.
    pub(super) fn to_the_end(self) {
        self.paused_at.set(None);
        self.at_end.set(true);
    }

    /// Whether its end is to be kept in sight; then all that came in counts as seen. Wakes whoever asks at every line.
    #[cfg(feature = "hydrate")]
    pub(super) fn follows(self) -> bool {
        let next = self.lines.with(|lines| lines.next);
        let follows = self.at_end.get() && !self.is_paused();
        if follows {
            self.seen.set(next);
        }
        follows
    }

    /// Lines came in. `false` once nobody looks any more.
    #[cfg(feature = "hydrate")]
    pub(super) fn add(self, new: Vec<LogLine>, overlap: &mut bool) -> bool {
        self.lines.try_update(|lines| lines.add(new, overlap)).is_some()
    }
}

#[cfg(test)]
mod tests;
