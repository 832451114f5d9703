//! The order of frozen rows. Pure.

use std::collections::HashMap;
use std::hash::Hash;

use crate::text::count;

/// A row that can be frozen.
pub(crate) trait FrozenRow: Clone + Send + Sync + 'static {
    /// The type of its id.
    type Id: Eq + Hash;

    /// Its id.
    fn id(&self) -> Self::Id;

    /// The row to show: the current content at the frozen place.
    #[must_use]
    fn renewed(&self, now: &Self) -> Self {
        now.clone()
    }

    /// Whether it is still in the same part, for lists with parts.
    fn same_part(&self, _now: &Self) -> bool {
        true
    }
}

/// Numbers of pending changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Rows with another place.
    pub(crate) moved: usize,
    /// Rows that are not shown yet.
    pub(crate) new: usize,
    /// Rows that are shown and no longer exist.
    pub(crate) gone: usize,
}

impl Changes {
    /// As text, for a sorted list; empty if there are none.
    pub(crate) fn in_order(self) -> String {
        match self.moved + self.new + self.gone {
            0 => String::new(),
            all => count(all, "change in order", "changes in order"),
        }
    }

    /// As text, for a list that grows at its top (its last rows drop off a full page); empty if there are none.
    pub(crate) fn newer(self) -> String {
        match self {
            Self { moved: 0, new: 0, gone: 0 } => String::new(),
            Self { moved: 0, new: 0, .. } | Self { moved: 1.., .. } => self.in_order(),
            Self { new, .. } => format!("{} new", crate::text::thousands(new)),
        }
    }
}

/// The rows of `shown` in their old order with the content of `now`, and the pending changes. A row that no longer
/// exists keeps its last content.
pub(super) fn freeze<T: FrozenRow>(shown: &[T], now: &[T]) -> (Vec<T>, Changes) {
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

/// Length of the longest increasing subsequence: the number of rows that need not move.
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
