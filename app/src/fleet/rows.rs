//! The rows of the page of the fleet.

use leptos::prelude::*;

use super::attention::Need;
use super::group::Entry;
use crate::components::{FrozenRows, Interaction};

/// The frozen rows of both lists of the page. They share one freeze, because each moves the other.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) interaction: Interaction,
    pub(super) projects: FrozenRows<Entry>,
    pub(super) needs: FrozenRows<Need>,
}

impl Rows {
    pub(super) fn new() -> Self {
        let interaction = Interaction::new();
        Self { interaction, projects: FrozenRows::new(interaction), needs: FrozenRows::new(interaction) }
    }

    /// The pending changes as text; empty if there are none.
    pub(super) fn waiting(self) -> Signal<String> {
        let (projects, needs) = (self.projects.changes(), self.needs.changes());
        Signal::derive(move || {
            let projects = projects.get().in_order();
            if projects.is_empty() { needs.get().in_order() } else { projects }
        })
    }
}
