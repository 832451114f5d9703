//! The frame of every page of a logged-in operator: navigation bar, connection state, account menu.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use model::{Action, Target};

use crate::components::{Empty, Icon, ProblemBanner};
use crate::error::AppError;
use crate::keyboard::{Keyboard, Keys};
use crate::live::{LiveMark, StaleBanner, connect};
use crate::session::{Account, Flashes, Session, may, provide_permissions};
use crate::settings::Away;

/// The bar and the page below it.
#[component]
pub(crate) fn Frame() -> impl IntoView {
    Keys::provide();
    provide_permissions();
    connect();
    follow_navigation();
    view! {
                // `external`: the router would follow the link without moving the focus
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <Bar/>
        <main id="main" tabindex="-1">
            <div class="banners">
                <StaleBanner/>
                <SessionProblem/>
                <ButtonProblem/>
                <Away/>
            </div>
            <Outlet/>
        </main>
        <Keyboard/>
    }
    .into_any()
}

/// Moves the focus to the new page after navigation, as a full load does.
fn follow_navigation() {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        #[cfg(feature = "hydrate")]
        if before.is_some_and(|before| before != path) {
            request_animation_frame(crate::keyboard::focus_page);
        }
        #[cfg(not(feature = "hydrate"))]
        drop(before);
        path
    });
}

#[component]
fn Bar() -> impl IntoView {
    let session = Session::current();
    let keys = Keys::current();
    let account = move || {
        Suspend::new(async move {
            session.await.ok().and_then(|session| session.me).map(|me| view! { <Account me/> })
        })
    };
    view! {
        <header class="bar">
            <Brand/>
            <nav class="nav" aria-label="Main">
                <NavLink href="/" also="/projects" text="Fleet"/>
                <NavLink href="/operations" text="Operations"/>
                <NavLink href="/databases" text="Databases"/>
                {may(Action::GatewayView, Target::Fleet).then(|| view! { <NavLink href="/gateway" text="Gateway"/> })}
                {may(Action::AuditView, Target::Fleet).then(|| view! { <NavLink href="/audit" text="Audit"/> })}
                <NavLink href="/settings" text="Settings"/>
            </nav>
            <div class="bar-end">
                <button class="button js-only" data-kind="quiet" data-size="s" type="button" on:click=move |_| keys.open_palette()>
                    <Icon name="search"/>
                    <span class="not-phone">"Go to "<kbd aria-hidden="true">"Ctrl K"</kbd></span>
                    <span class="only-phone visually-hidden">"Go to"</span>
                </button>
                <LiveMark/>
                <Transition>{account}</Transition>
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
) -> impl IntoView {
    let path = use_location().pathname;
    let below = move |path: &str, of: &str| {
        of.len() > 1 && path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let here =
        move || path.with(|path| path == href || below(path, href) || below(path, also)).then_some("page");
    view! { <a href=href aria-current=here>{text}</a> }.into_any()
}

/// The problem if the session could not be read.
#[component]
fn SessionProblem() -> impl IntoView {
    let session = Session::current();
    let problem = move || {
        Suspend::new(async move {
            let problem = session.await.err().map(AppError::into_problem);
            view! { <ProblemBanner problem=Signal::stored(problem)/> }
        })
    };
    view! { <Transition>{problem}</Transition> }.into_any()
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

/// The problem of a button that was pressed without JavaScript.
#[component]
fn ButtonProblem() -> impl IntoView {
    let flashes = Flashes::current();
    let problem = move || {
        Suspend::new(async move {
            let problem = flashes.of_button().await.and_then(|flash| flash.problem);
            view! { <ProblemBanner problem=Signal::stored(problem)/> }
        })
    };
    view! { <Transition>{problem}</Transition> }.into_any()
}

/// The page for unknown addresses.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::call_context::page_status(&model::Problem::not_found("page"));
    view! {
        <Title text="Not found"/>
        <main class="page" id="main">
            <h1>"Page not found"</h1>
            <Empty icon="unknown" title="There is no page at this address"
                detail="A project that was deleted has no page; its database is listed on the fleet's page until it is used again.">
                <a class="button" href="/">"Go to the fleet"</a>
            </Empty>
        </main>
    }
    .into_any()
}
