//! What was removed from a page in a dialog: the list behind it is loaded again.

use std::marker::PhantomData;

use leptos::prelude::*;

/// Counts the removals of one kind of thing from this page.
pub(crate) struct Removed<T>(RwSignal<u32>, PhantomData<fn() -> T>);

impl<T> Clone for Removed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Removed<T> {}

impl<T: 'static> Removed<T> {
    /// For the page that has the list.
    pub(crate) fn provide() -> RwSignal<u32> {
        let removed = RwSignal::new(0);
        provide_context(Self(removed, PhantomData));
        removed
    }

    /// One more. Does nothing on a page without a list.
    pub(crate) fn count() {
        if let Some(Self(removed, _)) = use_context() {
            removed.update(|removed| *removed += 1);
        }
    }
}
