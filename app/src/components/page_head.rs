//! The head of a page: breadcrumbs, heading, the command that shows the same, buttons.

use leptos::prelude::*;

use super::copy_command::shown;

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

/// The heading of a page. Children are beside the heading.
#[component]
pub(crate) fn PageHead(
    #[prop(into)] title: String,
    /// The breadcrumbs, without the page itself.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// Buttons at the end of the line.
    #[prop(optional_no_strip)]
    buttons: Option<AnyView>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let command = shown();
    view! {
        <div class="page-head">
            {(!crumbs.is_empty()).then(|| view! { <Crumbs crumbs here=title.clone()/> })}
            <div class="title">
                <h1>{title.clone()}</h1>
                {children.map(|children| children())}
            </div>
            {(command.is_some() || buttons.is_some()).then(|| view! { <div class="buttons">{command}{buttons}</div> })}
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
