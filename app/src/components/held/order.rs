//! Which rows stand where while they are held. Pure.

use std::collections::HashMap;
use std::hash::Hash;

use crate::text::count;

/// A row that can be held.
pub(crate) trait HeldRow: Clone + Send + Sync + 'static {
    /// By what it is known.
    type Id: Eq + Hash;

    /// What it is known by.
    fn id(&self) -> Self::Id;

    /// What is known now, at the place of what was shown.
    #[must_use]
    fn renewed(&self, now: &Self) -> Self {
        now.clone()
    }

    /// Whether it stands in the same part of the list as before, for lists that have parts.
    fn same_part(&self, _now: &Self) -> bool {
        true
    }
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Rows that would stand elsewhere.
    pub(crate) moved: usize,
    /// Rows that are not shown yet.
    pub(crate) new: usize,
    /// Rows that are shown, and would not be.
    pub(crate) gone: usize,
}

impl Changes {
    /// For a list in an order of its own; empty when nothing waits.
    pub(crate) fn in_order(self) -> String {
        match self.moved + self.new + self.gone {
            0 => String::new(),
            all => count(all, "change in order", "changes in order"),
        }
    }

    /// For a list that grows at its top, of which a full page loses its last rows; empty when nothing waits.
    pub(crate) fn newer(self) -> String {
        match self {
            Self { moved: 0, new: 0, gone: 0 } => String::new(),
            Self { moved: 0, new: 0, .. } | Self { moved: 1.., .. } => self.in_order(),
            Self { new, .. } => format!("{} new", crate::text::thousands(new)),
        }
    }
}

/// What was `shown` with what is known `now`, in its old order; and what would be otherwise. A row that is gone stays as it
/// was last known.
pub(super) fn hold<T: HeldRow>(shown: &[T], now: &[T]) -> (Vec<T>, Changes) {
    let known: HashMap<T::Id, usize> = now.iter().enumerate().map(|(place, row)| (row.id(), place)).collect();
    let places: Vec<Option<usize>> = shown.iter().map(|row| known.get(&row.id()).copied()).collect();
    let rows = shown.iter().zip(&places).map(|(row, place)| match place.and_then(|place| now.get(place)) {
        Some(now) => row.renewed(now),
        None => row.clone(),
    });
    let rows: Vec<T> = rows.collect();
    let here: Vec<usize> = places.iter().copied().flatten().collect();
    let other_part = |(row, place): (&T, &Option<usize>)| {
        place.and_then(|place| now.get(place)).is_some_and(|now| !row.same_part(now))
    };
    let parted = shown.iter().zip(&places).filter(|pair| other_part((pair.0, pair.1))).count();
    let moved = (here.len() - in_order(&here)).max(parted);
    let changes = Changes { moved, new: now.len() - here.len(), gone: shown.len() - here.len() };
    (rows, changes)
}

/// How many can stay where they are: the longest run of places that grow.
fn in_order(places: &[usize]) -> usize {
    let mut ends: Vec<usize> = Vec::new(); // the smallest end of a run of each length
    for place in places {
        let length = ends.partition_point(|end| end < place);
        match ends.get_mut(length) {
            Some(end) => *end = *place,
            None => ends.push(*place),
        }
    }
    ends.len()
}
