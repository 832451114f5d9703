use crate::support::Fixture;

control_plane::driver_kernel_conformance!(Fixture::new());
