//! Rows do not move by themselves. Once they are shown they keep their order, and none comes or goes, until somebody asks
//! for it, asks for other rows, or has been away for a minute; meanwhile a strip says how much waits.
//!
//! What stands in a row changes at once: only its place is held.

mod order;
mod rows;

use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

use crate::live::Clock;
pub(crate) use order::{Changes, HeldRow};

/// For so long after the pointer and the focus have left, rows stay.
const HOLD: Duration = Duration::seconds(60);

/// Whether somebody is in the rows: in one list, or in several that make room for one another.
#[derive(Clone, Copy)]
pub(crate) struct Presence {
    pointer: RwSignal<bool>,
    focus: RwSignal<bool>,
    left: RwSignal<Option<OffsetDateTime>>,
    /// How often what waits was to be shown.
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

    /// The pointer came into the rows, or went.
    pub(crate) fn pointer(self, inside: bool) {
        self.moved(self.pointer, inside);
    }

    /// The focus came into the rows, or went.
    pub(crate) fn focus(self, inside: bool) {
        self.moved(self.focus, inside);
    }

    fn moved(self, what: RwSignal<bool>, inside: bool) {
        if !inside {
            self.left.set(Some(self.clock.now_untracked()));
        }
        what.set(inside);
    }

    /// Shows what waits.
    pub(crate) fn show(self) {
        self.pressed.update(|times| *times += 1);
    }
}

/// The rows that are shown, for as long as the page is open. Made outside of what is made anew with every answer.
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
    /// What waits is shown by itself once nobody is there.
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

    /// What waits.
    pub(crate) fn changes(self) -> Signal<Changes> {
        self.changes.into()
    }

    /// What waits, in words, for a list that grows at its top; empty when nothing does.
    pub(crate) fn newer(self) -> Signal<String> {
        let changes = self.changes;
        Signal::derive(move || changes.get().newer())
    }

    /// The rows as they are to be shown. `asked` names what was asked for, such as the filter and the page: other rows are
    /// shown at once. Whoever calls this is told when the rows are to be shown otherwise.
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

/// Says how much waits. It takes the same room while nothing does.
#[component]
pub(crate) fn HeldStrip(
    presence: Presence,
    /// What waits; empty while nothing does.
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

/// A region in which rows are held while somebody is there.
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
