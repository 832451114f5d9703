//! What every page does with its data: shows that it is loading, that it failed, or the data. None can be forgotten.
//!
//! What is on the page stays there: while it is looked at again, and when looking fails. Then a banner says so, and it is
//! tried again until it succeeds.

mod answered;

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use model::{Problem, ProblemKind};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::answered::Answered;
use super::{ProblemBanner, ProblemPanel};
use crate::data::Data;
use crate::error::AppError;

/// A failed look is repeated after so long.
#[cfg(feature = "hydrate")]
const RETRY: std::time::Duration = std::time::Duration::from_secs(5);
/// After so long whoever waits is told why.
#[cfg(feature = "hydrate")]
const SLOW: std::time::Duration = std::time::Duration::from_secs(10);

/// Shows `children` of the data, and of each later answer.
#[component]
pub(crate) fn Load<T, F, V>(
    data: Data<Result<T, AppError>>,
    /// Whether the page is about this data: a page about something that does not exist has the status 404.
    #[prop(optional)]
    main: bool,
    /// Whether the page has its heading without it.
    #[prop(optional)]
    titled: bool,
    /// Whether a failure is told elsewhere on the page.
    #[prop(optional)]
    quiet: bool,
    /// About as many lines as the data will take, so that nothing below moves when it comes.
    #[prop(default = 3)]
    lines: u8,
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let shown = Shown::new();
    shown.follow(data, quiet);
    let show = move || {
        shown.begun.track();
        let children = children.clone();
        let first = async move {
            match data.await {
                Ok(first) => shown.begin(first, children, quiet),
                Err(error) => {
                    shown.failed.set_value(Some(error.kind()));
                    if quiet {
                        return ().into_any();
                    }
                    #[cfg(feature = "ssr")]
                    if main {
                        crate::call_context::page_status(error.problem());
                    }
                    view! { <ProblemPanel problem=error.into_problem() main=main && !titled/> }.into_any()
                }
            }
        };
        // later answers come through `follow`: this view is made anew only when it has to be another one
        Suspend::new(ScopedFuture::new_untracked(first))
    };
    view! { <Transition fallback=move || view! { <Skeleton lines/> }>{show}</Transition> }.into_any()
}

/// What is on the page.
struct Shown<T: 'static> {
    /// The newest answer, if there was one.
    latest: StoredValue<Option<RwSignal<T>>>,
    /// What stands in its place.
    failed: StoredValue<Option<ProblemKind>>,
    /// Why the newest answer is not that of now.
    problem: RwSignal<Option<Problem>>,
    /// Counts up when the whole has to be another one.
    begun: RwSignal<u32>,
}

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shown<T> {}

impl<T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static> Shown<T> {
    fn new() -> Self {
        Self {
            latest: StoredValue::new(None),
            failed: StoredValue::new(None),
            problem: RwSignal::new(None),
            begun: RwSignal::new(0),
        }
    }

    /// The first answer, and those that come later in its place.
    fn begin<V: IntoView + 'static>(
        self,
        first: T,
        children: impl Fn(T) -> V + Send + Sync + 'static,
        quiet: bool,
    ) -> AnyView {
        let latest = RwSignal::new(first);
        self.latest.set_value(Some(latest));
        self.failed.set_value(None);
        let problem = self.problem;
        let banner = move || {
            problem
                .get()
                .filter(|_| !quiet)
                .map(|problem| view! { <ProblemBanner problem=Signal::stored(Some(problem))/> })
        };
        view! {
            {banner}
            {move || children(latest.get())}
        }
        .into_any()
    }

    /// Brings later answers onto the page. Only the browser has any.
    fn follow(self, data: Data<Result<T, AppError>>, quiet: bool) {
        Effect::new(move |_| {
            let failed = data.with(|answer| match answer {
                None => None,
                Some(Ok(answer)) => {
                    self.renew(answer);
                    None
                }
                Some(Err(error)) => {
                    self.fail(error);
                    Some(error.kind())
                }
            });
            if failed.is_some_and(passes) && !quiet {
                retry(data);
            }
        });
    }

    fn renew(self, answer: &T) {
        if let Some(latest) = self.latest.get_value() {
            self.problem.set(None);
            if latest.with_untracked(|shown| shown != answer) {
                latest.set(answer.clone());
            }
        } else if self.failed.get_value().is_some() {
            self.begin_again();
        }
    }

    fn fail(self, error: &AppError) {
        let kind = error.kind();
        if self.latest.get_value().is_none() {
            if self.failed.get_value().is_some_and(|told| told != kind) {
                self.begin_again();
            }
        } else if passes(kind) || kind == ProblemKind::Unauthenticated {
            self.problem.set(Some(error.clone().into_problem()));
        } else {
            self.latest.set_value(None);
            self.begin_again();
        }
    }

    fn begin_again(self) {
        self.begun.update(|times| *times += 1);
    }
}

/// Whether it can be otherwise in a moment, with nobody doing anything here.
const fn passes(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Unavailable | ProblemKind::Internal | ProblemKind::TooMany)
}

#[cfg(feature = "hydrate")]
fn retry<T: Serialize + DeserializeOwned + Send + Sync + 'static>(data: Data<Result<T, AppError>>) {
    if let Ok(timer) = set_timeout_with_handle(move || data.refetch(), RETRY) {
        on_cleanup(move || timer.clear());
    }
}

#[cfg(not(feature = "hydrate"))]
const fn retry<T: Serialize + DeserializeOwned + Send + Sync + 'static>(_data: Data<Result<T, AppError>>) {}

#[component]
fn Skeleton(lines: u8) -> impl IntoView {
    let slow = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if let Ok(timer) = set_timeout_with_handle(move || slow.set(true), SLOW) {
            on_cleanup(move || timer.clear());
        }
    });
    let line = |_| view! { <span class="skeleton"></span> };
    view! {
        <div class="loading" role="status" aria-busy="true" aria-label="Loading">
            {(0..lines).map(line).collect_view()}
            {move || slow.get().then(|| view! {
                <p>"The control plane has not answered for 10 s. Nothing was changed. " <a href="" rel="external">"Try again"</a></p>
            })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests;
