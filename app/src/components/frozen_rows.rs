//! Frozen rows: while a list is in use, its rows keep their order, and none is added or removed. Pending changes are
//! applied when the operator presses *Show*, changes filter or page, or has not been in the list for 60 s. A strip
//! shows their number.
//!
//! The content of a row is updated at once; only its place is frozen.

mod order;
mod rows;

use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

use crate::live::Clock;
pub(crate) use order::{Changes, FrozenRow};

/// How long rows stay frozen after pointer and focus have left.
const FREEZE: Duration = Duration::seconds(60);

/// Whether pointer or focus are in the list; shared by lists that move each other.
#[derive(Clone, Copy)]
pub(crate) struct Interaction {
    pointer: RwSignal<bool>,
    focus: RwSignal<bool>,
    left: RwSignal<Option<OffsetDateTime>>,
    /// Number of times that *Show* was pressed.
    pressed: RwSignal<u32>,
    away: Memo<bool>,
    clock: Clock,
}

impl Interaction {
    pub(crate) fn new() -> Self {
        let (pointer, focus) = (RwSignal::new(false), RwSignal::new(false));
        let left = RwSignal::new(None);
        let clock = Clock::current();
        let away = Memo::new(move |_| {
            !pointer.get() && !focus.get() && left.get().is_none_or(|left| clock.now() - left >= FREEZE)
        });
        Self { pointer, focus, left, pressed: RwSignal::new(0), away, clock }
    }

    /// The pointer entered or left the list.
    pub(crate) fn pointer(self, inside: bool) {
        self.moved(self.pointer, inside);
    }

    /// The focus entered or left the list.
    pub(crate) fn focus(self, inside: bool) {
        self.moved(self.focus, inside);
    }

    fn moved(self, what: RwSignal<bool>, inside: bool) {
        if !inside {
            self.left.set(Some(self.clock.now_untracked()));
        }
        what.set(inside);
    }

    /// Applies the pending changes.
    pub(crate) fn show(self) {
        self.pressed.update(|times| *times += 1);
    }
}

/// The rows that are shown while the page is open. Create it outside of the view that is rendered for each answer.
pub(crate) struct FrozenRows<T: 'static> {
    interaction: Interaction,
    shown: StoredValue<Option<FrozenState<T>>>,
    changes: RwSignal<Changes>,
}

struct FrozenState<T> {
    asked: String,
    pressed: u32,
    rows: Vec<T>,
}

impl<T> Clone for FrozenRows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for FrozenRows<T> {}

impl<T: FrozenRow> FrozenRows<T> {
    /// Creates the list state. Pending changes are applied 60 s after pointer and focus have left.
    pub(crate) fn new(interaction: Interaction) -> Self {
        let frozen =
            Self { interaction, shown: StoredValue::new(None), changes: RwSignal::new(Changes::default()) };
        Effect::new(move |_| {
            if interaction.away.get() && frozen.changes.get() != Changes::default() {
                interaction.show();
            }
        });
        frozen
    }

    /// The pending changes.
    pub(crate) fn changes(self) -> Signal<Changes> {
        self.changes.into()
    }

    /// The pending changes as text, for a list that grows at its top; empty if there are none.
    pub(crate) fn newer(self) -> Signal<String> {
        let changes = self.changes;
        Signal::derive(move || changes.get().newer())
    }

    /// The rows to show for the current rows `now`. `asked` identifies the query (filter, page); the rows of another
    /// query are shown at once. Tracked: the caller runs again when the result changes.
    pub(crate) fn arrange(self, now: Vec<T>, asked: &str) -> Vec<T> {
        let pressed = self.interaction.pressed.get();
        let away = self.interaction.away.get_untracked();
        let frozen = self.shown.with_value(|shown| {
            let shown = shown.as_ref().filter(|shown| shown.asked == asked && shown.pressed == pressed)?;
            let (rows, changes) = order::freeze(&shown.rows, &now);
            (!away && changes != Changes::default()).then_some((rows, changes))
        });
        let (rows, changes) = frozen.unwrap_or_else(|| (now, Changes::default()));
        if self.changes.get_untracked() != changes {
            self.changes.set(changes);
        }
        self.shown.set_value(Some(FrozenState { asked: asked.to_owned(), pressed, rows: rows.clone() }));
        rows
    }
}

/// Shows the number of pending changes. It takes the same room when there are none.
#[component]
pub(crate) fn PendingStrip(
    interaction: Interaction,
    /// The pending changes as text; empty if there are none.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let none = move || text.with(String::is_empty).then_some("");
    view! {
        <p class="held js-only" role="status" data-none=none>
            <span>{text}</span>
            <button class="link" type="button" disabled=move || text.with(String::is_empty) on:click=move |_| interaction.show()>"Show"</button>
        </p>
    }
    .into_any()
}

/// The region in which pointer and focus freeze the rows.
#[component]
pub(crate) fn FreezeRegion(interaction: Interaction, children: Children) -> impl IntoView {
    view! {
        <div class="held-region" on:pointerenter=move |_| interaction.pointer(true) on:pointerleave=move |_| interaction.pointer(false)
            on:focusin=move |_| interaction.focus(true) on:focusout=move |_| interaction.focus(false)>
            {children()}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
