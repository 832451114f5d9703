//! What an edit is made from. A form carries the generation of the project or policy that it was filled from; when someone
//! else was faster, it shows what differs, keeps what was typed, and can be sent again from the present generation.

use leptos::prelude::*;
use model::FieldDifference;

use super::{Attempt, Table};

/// The hidden field `generation` of an edit's form, and above the fields what differs after a refusal.
#[component]
pub(crate) fn MadeFrom(
    attempt: Attempt,
    /// The generation of what fills the form.
    generation: i64,
) -> impl IntoView {
    let from = attempt.generation(generation);
    let differences = attempt.problem.map(|problem| problem.differences).unwrap_or_default();
    let differ = (!differences.is_empty()).then(|| view! { <Differences differences/> });
    view! {
        <input type="hidden" name="generation" value=from.to_string()/>
        {differ}
    }
    .into_any()
}

#[component]
fn Differences(differences: Vec<FieldDifference>) -> impl IntoView {
    let row = |FieldDifference { field, current, yours }| {
        view! { <tr><th scope="row" class="mono">{field}</th><td>{current}</td><td>{yours}</td></tr> }
    };
    let rows = differences.into_iter().map(row).collect_view();
    view! {
        <div class="stack" data-differences="" data-once="">
            <Table label="Fields that differ" heads=&["Field", "Present value", "Your value"]>{rows}</Table>
            <p class="hint">
                "Your values are still in the form. Save again to replace the present values with them, or load the page again to discard them."
            </p>
        </div>
    }
    .into_any()
}
