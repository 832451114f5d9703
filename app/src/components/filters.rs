//! The filters above a list: a form whose fields are the query of the address. The page script sends it while the operator
//! types; without it a button does.

use leptos::prelude::*;
use model::FieldError;

use super::Icon;

/// The form. `Show all` is offered while a filter is set.
#[component]
pub(crate) fn FilterForm(
    /// The path of the page.
    #[prop(into)]
    path: String,
    /// The accessible name: `Filter the events`.
    label: &'static str,
    /// Whether a filter is set.
    is_set: bool,
    children: Children,
) -> impl IntoView {
    let all = is_set.then(|| view! { <ShowAll path=path.clone()/> });
    view! {
        <form class="toolbar list-filters" method="get" action=path role="search" aria-label=label data-search="">
            {children()}
            <noscript><button class="button">"Filter"</button></noscript>
            {all}
        </form>
    }
    .into_any()
}

/// A text that the operator types.
#[component]
pub(crate) fn FilterText(
    /// The name in the query.
    name: &'static str,
    label: &'static str,
    value: String,
    placeholder: &'static str,
) -> impl IntoView {
    view! {
        <label>
            <span>{label}</span>
            <input class="input" type="search" name=name value=value placeholder=placeholder autocomplete="off" spellcheck="false"/>
        </label>
    }
    .into_any()
}

/// A word of a list.
#[component]
pub(crate) fn FilterChoice(
    /// The name in the query.
    name: &'static str,
    label: &'static str,
    /// The chosen word; empty: any. A word that is not in the list is added to it.
    value: String,
    /// Words and their labels.
    options: Vec<(&'static str, String)>,
) -> impl IntoView {
    let is_listed = value.is_empty() || options.iter().any(|(word, _)| *word == value);
    let further = (!is_listed).then(|| (value.clone(), value.clone()));
    let options = options.into_iter().map(|(word, text)| (word.to_owned(), text)).chain(further);
    let options = options.map(|(word, text)| {
        let selected = word == value;
        view! { <option value=word selected=selected>{text}</option> }
    });
    view! {
        <label>
            <span>{label}</span>
            <select class="input" name=name>
                <option value="">"Any"</option>
                {options.collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// A day; or a text, while the address has something else than a day.
#[component]
pub(crate) fn FilterDay(
    /// The name in the query.
    name: &'static str,
    label: &'static str,
    value: String,
) -> impl IntoView {
    let is_day = value.is_empty() || (value.len() == 10 && !value.contains('T'));
    let kind = if is_day { "date" } else { "search" };
    view! {
        <label>
            <span>{label}</span>
            <input class="input" type=kind name=name value=value title="In UTC"/>
        </label>
    }
    .into_any()
}

/// In place of the rows of a list if none matches the filters, or if a filter is not accepted.
#[component]
pub(crate) fn NothingMatches(
    /// The path of the page.
    #[prop(into)]
    path: String,
    /// The fields that are not accepted.
    #[prop(optional)]
    faults: Vec<FieldError>,
) -> impl IntoView {
    let fault =
        |fault: FieldError| view! { <p>{format!("{} Accepted: {}.", fault.message, fault.accepted)}</p> };
    let detail = if faults.is_empty() {
        view! { <p>"No entry of this list matches every filter."</p> }.into_any()
    } else {
        faults.into_iter().map(fault).collect_view().into_any()
    };
    view! {
        <div class="empty">
            <Icon name="search"/>
            <h2>"Nothing matches"</h2>
            {detail}
            <ShowAll path/>
        </div>
    }
    .into_any()
}

#[component]
fn ShowAll(path: String) -> impl IntoView {
    view! { <a class="button" href=path data-in-place="">"Show all"</a> }.into_any()
}
