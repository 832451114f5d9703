//! The log lines on a page. New lines are appended; the scroll position stays unless the end is visible.

use std::sync::Arc;

use leptos::prelude::*;
use model::LogLine;

use crate::components::Numbered;

/// Maximum number of lines on a page; older ones are dropped.
#[cfg(any(feature = "hydrate", test))]
const KEPT: usize = 5_000;

/// Numbered lines, oldest first.
#[derive(Debug, Default, Clone)]
pub(super) struct Lines {
    kept: Vec<Numbered>,
    next: u64,
}

impl Lines {
    /// Starts with the lines that were loaded with the page.
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

    /// Appends lines, without duplicates, and drops the oldest surplus. `overlap` is true while duplicates are
    /// possible: a stream starts with lines that are already there.
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

    /// The lines before number `until`, or all.
    fn before(&self, until: Option<u64>) -> impl Iterator<Item = &Numbered> {
        self.kept.iter().filter(move |line| until.is_none_or(|until| line.number < until))
    }
}

/// The log of a page.
#[derive(Clone, Copy)]
pub(super) struct Feed {
    lines: RwSignal<Lines>,
    /// The first line that is hidden while paused.
    paused_at: RwSignal<Option<u64>>,
    /// Whether the end of the log is visible.
    pub(super) at_end: RwSignal<bool>,
    /// The first line that was not visible yet.
    seen: RwSignal<u64>,
}

impl Feed {
    /// Starts with the lines that were loaded with the page; the end is visible.
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

    /// The visible lines.
    pub(super) fn shown(self) -> Vec<Numbered> {
        self.lines.with(|lines| lines.before(self.paused_at.get()).cloned().collect())
    }

    /// Lines that arrived while the end was not visible.
    pub(super) fn unseen(self) -> Vec<Numbered> {
        let seen = self.seen.get();
        self.lines.with(|lines| lines.kept.iter().filter(|line| line.number >= seen).cloned().collect())
    }

    /// Whether new lines are held back.
    pub(super) fn is_paused(self) -> bool {
        self.paused_at.get().is_some()
    }

    /// Pauses, or shows all lines that were held back.
    pub(super) fn pause_or_go_on(self) {
        let next = self.lines.with_untracked(|lines| lines.next);
        self.paused_at.update(|paused| *paused = if paused.is_some() { None } else { Some(next) });
    }

    /// Shows all lines and scrolls to the end.
    pub(super) fn to_the_end(self) {
        self.paused_at.set(None);
        self.at_end.set(true);
    }

    /// Whether to keep the end visible; all lines then count as seen. Tracked: runs again for every line.
    #[cfg(feature = "hydrate")]
    pub(super) fn follows(self) -> bool {
        let next = self.lines.with(|lines| lines.next);
        let follows = self.at_end.get() && !self.is_paused();
        if follows {
            self.seen.set(next);
        }
        follows
    }

    /// Appends lines. Returns `false` once the page is gone.
    #[cfg(feature = "hydrate")]
    pub(super) fn add(self, new: Vec<LogLine>, overlap: &mut bool) -> bool {
        self.lines.try_update(|lines| lines.add(new, overlap)).is_some()
    }
}

#[cfg(test)]
mod tests;
