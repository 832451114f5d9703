//! Loading, error and content states for the data of a page. Every page uses it, so no state is forgotten.
//!
//! Content stays visible while it is reloaded and when a reload fails. Then a banner shows the problem, and the reload is
//! repeated until it succeeds.

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

/// Delay before a failed load is repeated.
#[cfg(feature = "hydrate")]
const RETRY: std::time::Duration = std::time::Duration::from_secs(5);
/// Delay after which the loading state explains itself.
#[cfg(feature = "hydrate")]
const SLOW: std::time::Duration = std::time::Duration::from_secs(10);

/// Renders `children` with the data, and updates them with every later answer.
#[component]
pub(crate) fn Load<T, F, V>(
    data: Data<Result<T, AppError>>,
    /// Whether the data is the page's subject: if it does not exist, the page's status is 404.
    #[prop(optional)]
    main: bool,
    /// Whether the page has its own heading.
    #[prop(optional)]
    titled: bool,
    /// Whether another component shows the failure.
    #[prop(optional)]
    quiet: bool,
    /// Approximate number of lines of the content, reserved while loading.
    #[prop(default = 3)]
    lines: u8,
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let shown = LoadedView::new();
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
        // later answers arrive through `follow`; the view is rebuilt only when `begun` changes
        Suspend::new(ScopedFuture::new_untracked(first))
    };
    view! { <Transition fallback=move || view! { <Skeleton lines/> }>{show}</Transition> }.into_any()
}

/// The state of the content.
struct LoadedView<T: 'static> {
    /// The newest answer, if there was one.
    latest: StoredValue<Option<RwSignal<T>>>,
    /// The problem that is shown instead of the content.
    failed: StoredValue<Option<ProblemKind>>,
    /// Why the last reload failed.
    problem: RwSignal<Option<Problem>>,
    /// Incremented to rebuild the whole view.
    begun: RwSignal<u32>,
}

impl<T> Clone for LoadedView<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for LoadedView<T> {}

impl<T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static> LoadedView<T> {
    fn new() -> Self {
        Self {
            latest: StoredValue::new(None),
            failed: StoredValue::new(None),
            problem: RwSignal::new(None),
            begun: RwSignal::new(0),
        }
    }

    /// Renders the first answer and its successors.
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

    /// Applies later answers. Only the browser has any.
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

/// Whether the problem can go away without action of the operator.
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
