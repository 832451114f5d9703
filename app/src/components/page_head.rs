//! The head of a page: breadcrumbs, heading, buttons.

use leptos::prelude::*;
use leptos_meta::Title;

/// A breadcrumb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Crumb {
    pub(crate) href: String,
    pub(crate) text: String,
}

impl Crumb {
    pub(crate) fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into() }
    }
}

/// The heading and the document title. Children are beside the heading.
#[component]
pub(crate) fn PageHead(
    #[prop(into)] title: String,
    /// The document title, if it differs from the heading.
    #[prop(optional, into)]
    called: Option<Signal<String>>,
    /// The breadcrumbs, without the page itself.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// Buttons at the end of the line.
    #[prop(optional, into)]
    buttons: Option<ViewFn>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (called, heading) = (called.unwrap_or_else(|| Signal::stored(title.clone())), title.clone());
    // signals are disposed before the view when the page is left
    let called = move || called.try_get().unwrap_or_else(|| heading.clone());
    view! {
        <Title text=called/>
        <div class="page-head">
            {(!crumbs.is_empty()).then(|| view! { <Crumbs crumbs here=title.clone()/> })}
            <div class="title">
                <h1>{title}</h1>
                {children.map(|children| children())}
            </div>
            {buttons.map(|buttons| view! { <div class="buttons">{buttons.run()}</div> })}
        </div>
    }
    .into_any()
}

#[component]
fn Crumbs(crumbs: Vec<Crumb>, here: String) -> impl IntoView {
    let links =
        crumbs.into_iter().map(|crumb| view! { <li><a href=crumb.href>{crumb.text}</a></li> }).collect_view();
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <ol>
                {links}
                <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
    .into_any()
}
