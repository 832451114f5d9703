//! The entry of a paused rollout.

use leptos::prelude::*;
use model::Rollout;

use crate::components::{Icon, When};

/// The entry: what it brings, why it is paused, since when, and its page.
pub(super) fn rollout(rollout: &Rollout) -> AnyView {
    let href = format!("/rollouts/{}", rollout.id);
    let label = format!("Review the rollout of {}", rollout.target.label());
    let (why, detail) = rollout
        .problem
        .as_ref()
        .map(|problem| (problem.title.clone(), problem.detail.clone()))
        .unwrap_or_default();
    view! {
        <li data-tone="warn" data-row=format!("rollout {}", rollout.id)>
            <Icon name="degraded"/>
            <a class="strong" href=href.clone()>{format!("Rollout of {}", rollout.target.label())}</a>
            <p title=detail>{why}<span class="faint">"It is paused: no further project begins."</span></p>
            <span class="since soft">"since "<When at=rollout.changed_at/></span>
            <div class="buttons">
                <a class="button" data-size="s" href=href aria-label=label>"Review"</a>
            </div>
        </li>
    }
    .into_any()
}
