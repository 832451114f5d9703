//! The entry of a project that differs from what was declared.

use leptos::prelude::*;
use model::{DriftFinding, Project};

use crate::components::{Icon, When};

/// The entry: the level, the difference, since when, and the page that shows all of it.
pub(super) fn drift(project: &Project, finding: &DriftFinding) -> AnyView {
    let href = format!("/drift/{}", finding.id);
    let label = format!("Review: {} of {}", finding.level.label(), project.id);
    let unknown = finding
        .unknown_since
        .map(|since| view! { <span class="faint">"unknown since "<When at=since/></span> });
    view! {
        <li data-tone="warn" data-row=format!("drift {}", finding.id)>
            <Icon name="drift"/>
            <a class="strong" href=format!("/projects/{}", project.id)>{project.display_name.clone()}</a>
            <p title=finding.diff.join("\n")>{finding.what()}{unknown}</p>
            <span class="since soft">"since "<When at=finding.first_seen/></span>
            <div class="buttons">
                <a class="button" data-size="s" href=href aria-label=label>"Review"</a>
            </div>
        </li>
    }
    .into_any()
}
