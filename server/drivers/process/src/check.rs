//! What can be known before anything is stopped or started.

use std::net::SocketAddr;
use std::path::Path;

use control_plane::ports::driver::{DriverError, InstanceSpec};
use keeper::record::Record;
use nix::unistd::{AccessFlags, access};

use crate::blocking::blocking;
use crate::fault::storage;
use crate::{folder, start};

/// Refuses, before anything is stopped, what could not be started afterwards. The old instance's own address becomes
/// free by stopping it.
pub(crate) fn spec(spec: &InstanceSpec, current: Option<&Record>) -> Result<(), DriverError> {
    start::check_program(start::program(&spec.release)?)?;
    let address = fits(spec)?;
    if current.is_some_and(|record| record.address == address.to_string()) {
        return Ok(());
    }
    free(address)
}

/// Refuses what only another kind of driver takes; the address that is given.
pub(crate) fn fits(spec: &InstanceSpec) -> Result<SocketAddr, DriverError> {
    spec.schema.folder()?;
    spec.media.folder()?;
    spec.address.given()
}

fn free(address: SocketAddr) -> Result<(), DriverError> {
    listeners::check(address).map_err(|taken| DriverError::AddressTaken { address, by: taken.by })
}

pub(crate) async fn address(address: SocketAddr) -> Result<(), DriverError> {
    blocking("looking at the address", move || free(address)).await
}

pub(crate) fn writable(path: &Path) -> Result<(), DriverError> {
    folder::create(path)?;
    access(path, AccessFlags::W_OK | AccessFlags::X_OK).map_err(|errno| storage(path)(errno.into()))
}
