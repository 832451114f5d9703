//! The frame of every page of a logged-in operator: navigation bar, connection state, account menu, banners.

use leptos::prelude::*;
use model::{Action, Part, Target};

use crate::address::Address;
use crate::components::{Icon, ProblemBanner};
use crate::deletes::api::get_pending_count;
use crate::error::AppError;
use crate::session::{Account, Flash, may, me};
use crate::settings::Away;
use crate::settings::api::get_away;

/// The bar.
#[component]
pub(crate) fn Bar(
    /// Requests that wait for an approval.
    pending: usize,
) -> impl IntoView {
    view! {
        <header class="bar">
            <Brand/>
            <nav class="nav" aria-label="Main">
                <NavLink href="/" also="/projects" text="Fleet"/>
                <NavLink href="/operations" text="Operations"/>
                <NavLink href="/rollouts" text="Rollouts"/>
                {may(Action::BackupView, Target::Anywhere).then(|| view! { <NavLink href="/backups" text="Backups"/> })}
                {may(Action::AlertView, Target::Anywhere).then(|| view! { <NavLink href="/alerts" text="Alerts"/> })}
                {may(Action::DriftView, Target::Anywhere).then(|| view! { <NavLink href="/drift" text="Drift"/> })}
                {may(Action::DeleteRequestView, Target::Anywhere).then(|| view! { <NavLink href="/approvals" text="Approvals" count=pending/> })}
                <NavLink href="/databases" text="Databases"/>
                {may(Action::GatewayView, Target::Fleet).then(|| view! { <NavLink href="/gateway" text="Gateway"/> })}
                {may(Action::AuditView, Target::Fleet).then(|| view! { <NavLink href="/audit" text="Audit"/> })}
                <NavLink href="/settings" text="Settings"/>
            </nav>
            <div class="bar-end">
                <button class="button js-only" data-kind="quiet" data-size="s" type="button" data-open="palette">
                    <Icon name="search"/>
                    <span class="not-phone">"Go to "<kbd aria-hidden="true">"Ctrl K"</kbd></span>
                    <span class="only-phone visually-hidden">"Go to"</span>
                </button>
                <span class="live not-phone" data-live="off" title="This page shows the state at the time it was loaded">"Not live"</span>
                {me().map(|me| view! { <Account me/> })}
            </div>
        </header>
    }
    .into_any()
}

/// A link of the bar. It is current on its page and on the pages below it.
#[component]
fn NavLink(
    href: &'static str,
    /// A further path on which it is current.
    #[prop(optional)]
    also: &'static str,
    text: &'static str,
    /// Number of open requests on the page; 0 is not shown.
    #[prop(optional)]
    count: usize,
) -> impl IntoView {
    let pip = (count > 0).then(|| {
        view! { " "<span class="pip" aria-hidden="true">{count}</span><span class="visually-hidden">{format!("({count} waiting)")}</span> }
    });
    let below = |path: &str, of: &str| {
        of.len() > 1 && path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let path = Address::current().path;
    let here = (path == href || below(&path, href) || below(&path, also)).then_some("page");
    view! { <a href=href aria-current=here>{text}{pip}</a> }.into_any()
}

/// What every page says at its top: that the session cannot be read, the problem of a button, parts that are away.
pub(crate) struct Banners {
    session: Option<AppError>,
    away: Vec<Part>,
    /// Requests that wait for an approval, for the bar.
    pub(crate) pending: usize,
}

impl Banners {
    /// Loads what they say. `session`: why the session could not be read.
    pub(crate) async fn load(session: Option<AppError>) -> Self {
        // the page itself says why nothing can be read
        let (away, pending) = futures::join!(get_away(), get_pending_count());
        Self { session, away: away.unwrap_or_default(), pending }
    }

    pub(crate) fn view(self) -> impl IntoView {
        let session = self.session.map(AppError::into_problem);
        // the fleet's page lists parts that are away under what needs attention
        let away = if Address::current().path == "/" { Vec::new() } else { self.away };
        view! {
            <div class="banners">
                <div id="page-age" class="banners" data-skip-merge=""></div>
                <ProblemBanner problem=session/>
                <ProblemBanner problem=Flash::of_button()/>
                <Away parts=away/>
            </div>
        }
        .into_any()
    }
}

/// The product name and logo.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href="/">
            <Icon name="brand"/>
            "Atomo Fleet"
        </a>
    }
    .into_any()
}
