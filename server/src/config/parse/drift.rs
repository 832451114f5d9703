//! The settings of drift checks.

use control_plane::settings::DriftIntervals;

use super::Reader;

/// How often projects are checked.
pub(super) fn settings(r: &mut Reader<'_>) -> DriftIntervals {
    DriftIntervals {
        interval: r.seconds("DRIFT_INTERVAL", 5, 3600),
        catalog_interval: r.seconds("DRIFT_CATALOG_INTERVAL", 10, 86_400),
    }
}
