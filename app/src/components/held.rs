//! Frozen rows: while a list is in use, its rows keep their order, and none is added or removed. Pending changes are applied when
//! the operator presses *Show*, changes filter or page, or has not been in the list for 60 s. A strip shows their number.
//!
//! The content of a row is updated at once; only its place is frozen.

mod order;
mod rows;

use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

use crate::live::Clock;
pub(crate) use order::{Changes, HeldRow};

/// How long rows stay frozen after pointer and focus have left.
const HOLD: Duration = Duration::seconds(60);

/// Whether pointer or focus are in the list; shared by lists that move each other.
#[derive(Clone, Copy)]
pub(crate) struct Presence {
    pointer: RwSignal<bool>,
    focus: RwSignal<bool>,
    left: RwSignal<Option<OffsetDateTime>>,
        /// Number of times that *Show* was pressed.
    pressed: RwSignal<u32>,
    away: Memo<bool>,
    clock: Clock,
}

impl Presence {
    pub(crate) fn new() -> Self {
        let (pointer, focus) = (RwSignal::new(false), RwSignal::new(false));
        let left = RwSignal::new(None);
        let clock = Clock::current();
        let away = Memo::new(move |_| {
            !pointer.get() && !focus.get() && left.get().is_none_or(|left| clock.now() - left >= HOLD)
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
pub(crate) struct Held<T: 'static> {
    presence: Presence,
    shown: StoredValue<Option<Shown<T>>>,
    changes: RwSignal<Changes>,
}

struct Shown<T> {
    asked: String,
    pressed: u32,
    rows: Vec<T>,
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Held<T> {}

impl<T: HeldRow> Held<T> {
        /// Creates the list state. Pending changes are applied 60 s after pointer and focus have left.
    pub(crate) fn new(presence: Presence) -> Self {
        let held =
            Self { presence, shown: StoredValue::new(None), changes: RwSignal::new(Changes::default()) };
        Effect::new(move |_| {
            if presence.away.get() && held.changes.get() != Changes::default() {
                presence.show();
            }
        });
        held
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

        /// The rows to show for the current rows `now`. `asked` identifies the query (filter, page); the rows of another query are
        /// shown at once. Tracked: the caller runs again when the result changes.
    pub(crate) fn arrange(self, now: Vec<T>, asked: &str) -> Vec<T> {
        let pressed = self.presence.pressed.get();
        let away = self.presence.away.get_untracked();
        let held = self.shown.with_value(|shown| {
            let shown = shown.as_ref().filter(|shown| shown.asked == asked && shown.pressed == pressed)?;
            let (rows, changes) = order::hold(&shown.rows, &now);
            (!away && changes != Changes::default()).then_some((rows, changes))
        });
        let (rows, changes) = held.unwrap_or_else(|| (now, Changes::default()));
        if self.changes.get_untracked() != changes {
            self.changes.set(changes);
        }
        self.shown.set_value(Some(Shown { asked: asked.to_owned(), pressed, rows: rows.clone() }));
        rows
    }
}

/// Shows the number of pending changes. It takes the same room when there are none.
#[component]
pub(crate) fn HeldStrip(
    presence: Presence,
        /// The pending changes as text; empty if there are none.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let none = move || text.with(String::is_empty).then_some("");
    view! {
        <p class="held js-only" role="status" data-none=none>
            <span>{text}</span>
            <button class="link" type="button" disabled=move || text.with(String::is_empty) on:click=move |_| presence.show()>"Show"</button>
        </p>
    }
    .into_any()
}

/// The region in which pointer and focus freeze the rows.
#[component]
pub(crate) fn HeldRegion(presence: Presence, children: Children) -> impl IntoView {
    view! {
        <div class="held-region" on:pointerenter=move |_| presence.pointer(true) on:pointerleave=move |_| presence.pointer(false)
            on:focusin=move |_| presence.focus(true) on:focusout=move |_| presence.focus(false)>
            {children()}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
