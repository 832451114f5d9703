//! Maps errors of the system to errors of the port.

use std::io;
use std::path::Path;

use control_plane::ports::driver::DriverError;

/// An error that is not about disk space or permissions.
pub(crate) fn away<E: ToString>(doing: &'static str) -> impl FnOnce(E) -> DriverError {
    move |fault| DriverError::Away { doing, reason: fault.to_string() }
}

/// A file or folder that cannot be written.
pub(crate) fn storage(path: &Path) -> impl FnOnce(io::Error) -> DriverError {
    let path = path.to_owned();
    move |fault| DriverError::Storage { path, reason: fault.to_string() }
}
