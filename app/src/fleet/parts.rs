//! What concerns the whole fleet beside its parts: rows that cannot be read, instances that run the stand-in. Parts that do
//! not answer are listed under *Needs attention*.

use leptos::prelude::*;
use model::Fleet;

use crate::components::Banner;
use crate::text::sentence;

/// A banner for each row that cannot be read, and for the stand-in.
pub(super) fn notices(fleet: &Fleet) -> AnyView {
    let unreadable = fleet.unreadable.iter().map(|row| {
        let title = format!("The registry's row {} cannot be read", row.id);
        let detail = format!(
            "{} Correct the row. Until then this project is left as it is; all others continue.",
            sentence(&row.reason)
        );
        view! { <Banner tone="warn" icon="degraded" title=title detail=detail/> }
    });
    let standin = fleet.standin.then(|| view! {
        <Banner tone="unknown" icon="info" title="Instances run the stand-in server"
            detail="It follows the contract of atomo-server, for trying out the fleet. Set ATOMO_FLEET_SERVER_BIN to run atomo-server."/>
    });
    view! { <div class="banners">{unreadable.collect_view()}{standin}</div> }.into_any()
}
