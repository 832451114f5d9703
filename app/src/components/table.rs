//! A table that scrolls sideways.

use leptos::prelude::*;

/// A labelled table with column heads; the children are its rows.
#[component]
pub(crate) fn Table(
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// The heads of the columns.
    heads: &'static [&'static str],
    /// Heads of numeric columns, whose cells are `class="num"`.
    #[prop(default = &[])]
    figures: &'static [&'static str],
    /// On a phone a row is a block that begins with its row head, such as the sentence of an event.
    #[prop(optional)]
    stack: bool,
    children: Children,
) -> impl IntoView {
    let heads = head_row(heads, figures);
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label=label>
            <table class="table" data-stack=stack.then_some("")>
                {heads}
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The same table with rows that are written as text. On a phone a row is a block.
#[component]
pub(crate) fn TextTable(
    /// The accessible name.
    label: &'static str,
    /// The heads of the columns.
    heads: &'static [&'static str],
    /// Heads of numeric columns, whose cells are `class="num"`.
    figures: &'static [&'static str],
    /// The rows as HTML.
    rows: String,
) -> impl IntoView {
    let heads = head_row(heads, figures);
    view! {
        <div class="table-scroll" tabindex="0" role="group" aria-label=label>
            <table class="table" data-stack="">
                {heads}
                <tbody inner_html=rows></tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head_row(heads: &'static [&'static str], figures: &'static [&'static str]) -> AnyView {
    let head = |head: &&'static str| match *head {
        // the column of buttons has a head for screen readers only
        "Actions" => view! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> }.into_any(),
        head => {
            let class = figures.contains(&head).then_some("num");
            view! { <th scope="col" class=class>{head}</th> }.into_any()
        }
    };
    let heads = heads.iter().map(head).collect_view();
    view! { <thead><tr>{heads}</tr></thead> }.into_any()
}
