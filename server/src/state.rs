//! The state of the router.

use std::path::PathBuf;

use app::Assets;
use axum::extract::FromRef;
use control_plane::ControlPlane;

/// The state of the router.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The control plane.
    pub plane: ControlPlane,
    /// The front end.
    pub front_end: FrontEnd,
}

/// The files of the front end.
#[derive(Clone, Default)]
pub struct FrontEnd {
    /// Their folder.
    pub folder: PathBuf,
    /// Addresses of those that every page loads.
    pub assets: Assets,
}
