//! What every page is rendered with.

use control_plane::ControlPlane;

/// Addresses of the files that every page loads.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    /// The page script.
    pub script: String,
    /// The style sheet.
    pub style: String,
    /// Identifies this build of the dashboard; an open page of another build says so.
    pub build: String,
}

/// What every page is rendered with.
#[derive(Clone)]
pub struct Site {
    pub(crate) plane: ControlPlane,
    pub(crate) assets: Assets,
}

impl Site {
    /// Pages of this control plane.
    pub const fn new(plane: ControlPlane, assets: Assets) -> Self {
        Self { plane, assets }
    }
}
