//! The state of the router.

use axum::extract::FromRef;
use control_plane::ControlPlane;
use leptos::prelude::LeptosOptions;

/// The state of the router.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The control plane.
    pub plane: ControlPlane,
    /// Folder and names of the front end's files.
    pub leptos: LeptosOptions,
}
