//! Removals made in a dialog: the list behind the dialog is reloaded.

use std::marker::PhantomData;

use leptos::prelude::*;

/// Counts the removals of one type on this page.
pub(crate) struct Removed<T>(RwSignal<u32>, PhantomData<fn() -> T>);

impl<T> Clone for Removed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Removed<T> {}

impl<T: 'static> Removed<T> {
    /// Provides the counter to the page that has the list.
    pub(crate) fn provide() -> RwSignal<u32> {
        let removed = RwSignal::new(0);
        provide_context(Self(removed, PhantomData));
        removed
    }

    /// Counts a removal. Does nothing on a page without a list.
    pub(crate) fn count() {
        if let Some(Self(removed, _)) = use_context() {
            removed.update(|removed| *removed += 1);
        }
    }
}
