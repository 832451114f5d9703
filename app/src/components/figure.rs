//! A figure with its unit in grey.

use leptos::prelude::*;

/// A figure such as `1.9 GB`; text without a unit is unchanged.
#[component]
pub(crate) fn Figure(#[prop(into)] text: String) -> impl IntoView {
    let (figure, unit) = split(&text);
    let unit = unit.map(|unit| view! { <span class="unit">{format!(" {unit}")}</span> });
    view! {
        {figure.to_owned()}
        {unit}
    }
    .into_any()
}

/// Splits into figure and unit.
fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once(' ') {
        Some((figure, unit)) if figure.starts_with(|first: char| first.is_ascii_digit()) => {
            (figure, Some(unit))
        }
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests;
