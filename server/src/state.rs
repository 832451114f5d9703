//! What every handler can reach.

use axum::extract::FromRef;
use control_plane::ControlPlane;
use leptos::prelude::LeptosOptions;

/// The state of the router.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The one engine behind every way in.
    pub plane: ControlPlane,
    /// Where the front end's files are, and what they are called.
    pub leptos: LeptosOptions,
}
