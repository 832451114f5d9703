//! From what the system says to what the port says.

use std::io;
use std::path::Path;

use control_plane::ports::driver::DriverError;

/// Something that is not a matter of space or modes.
pub(crate) fn away<E: ToString>(doing: &'static str) -> impl FnOnce(E) -> DriverError {
    move |fault| DriverError::Away { doing, reason: fault.to_string() }
}

/// A file or folder that cannot be written.
pub(crate) fn storage(path: &Path) -> impl FnOnce(io::Error) -> DriverError {
    let path = path.to_owned();
    move |fault| DriverError::Storage { path, reason: fault.to_string() }
}
