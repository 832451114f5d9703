//! Maps errors of the engine to errors of the port.

use bollard::errors::Error;
use control_plane::ports::driver::{DriverError, Release};

/// The engine does not answer or rejects the request. Its message is included.
pub(crate) fn away(doing: &'static str) -> impl FnOnce(Error) -> DriverError {
    move |fault| DriverError::Away { doing, reason: reason(&fault) }
}

/// An error of the machine's own files.
pub(crate) fn local(doing: &'static str) -> impl FnOnce(std::io::Error) -> DriverError {
    move |fault| DriverError::Away { doing, reason: fault.to_string() }
}

/// The message for operators; if the engine was not reached, with what to check.
pub(crate) fn reason(fault: &Error) -> String {
    match fault {
        Error::DockerResponseServerError { message, .. } => message.trim().to_owned(),
        Error::SocketNotFoundError(path) => format!("there is no Docker engine at {path}"),
        other => with_sources(other),
    }
}

/// A transport error carries its cause in its innermost source.
fn with_sources(fault: &dyn std::error::Error) -> String {
    let mut text = fault.to_string();
    let mut source = fault.source();
    while let Some(inner) = source {
        let said = inner.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        source = inner.source();
    }
    text
}

/// `None` for 404.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(fault) if status(&fault) == Some(404) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Success for 304 (already done) and 404 (nothing to do it with).
pub(crate) fn done_already(answer: Result<(), Error>) -> Result<(), Error> {
    match answer {
        Err(fault) if matches!(status(&fault), Some(304 | 404)) => Ok(()),
        answer => answer,
    }
}

/// The HTTP status, if the engine answered.
pub(crate) const fn status(fault: &Error) -> Option<u16> {
    match fault {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// The release cannot be run, for this reason.
pub(crate) fn refused(release: &Release, reason: &str) -> DriverError {
    DriverError::Release { release: release.clone(), reason: reason.to_owned() }
}
