//! Sums over all projects. Each sum counts the projects whose value is unknown.

use std::borrow::Borrow;

use model::{ByteSize, Observed, Project};

/// A sum and the number of projects without a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) value: u64,
    pub(crate) unknown: usize,
}

/// The sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) running: usize,
    pub(crate) database_bytes: Sum,
    pub(crate) connections: Sum,
    pub(crate) memory_bytes: Sum,
}

impl Totals {
    pub(crate) fn of(projects: &[impl Borrow<Project>]) -> Self {
        let mut totals = Self::default();
        for project in projects.iter().map(Borrow::borrow) {
            let (seen, figures) = (&project.observed.facts, project.observed.figures);
            let instance = seen.instance.present().filter(|instance| instance.is_running());
            totals.running += usize::from(instance.is_some());
            totals.database_bytes.add(&seen.database, |_| figures.database.bytes.map(ByteSize::bytes));
            totals.connections.add(&seen.database, |_| figures.database.connections.map(u64::from));
            totals.memory_bytes.add(&seen.instance, |instance| {
                if instance.is_running() { figures.instance.memory.map(ByteSize::bytes) } else { Some(0) }
            });
        }
        totals
    }
}

impl Sum {
    fn add<T>(&mut self, seen: &Observed<T>, value: impl Fn(&T) -> Option<u64>) {
        let value = match seen {
            Observed::Absent => Some(0),
            Observed::Unknown => None,
            Observed::Present(seen) => value(seen),
        };
        match value {
            Some(value) => self.value += value,
            None => self.unknown += 1,
        }
    }
}

#[cfg(test)]
mod tests;
