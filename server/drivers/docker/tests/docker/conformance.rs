//! The Docker driver shows every fact that a driver must, with real containers.

use crate::support::Fixture;
use control_plane::driver_conformance;

driver_conformance!(Fixture::new());
