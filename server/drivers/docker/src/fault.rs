//! From what the engine says to what the port says.

use bollard::errors::Error;
use control_plane::ports::driver::DriverError;

/// The engine does not answer, or does not do it. What it says is passed on.
pub(crate) fn away(doing: &'static str) -> impl FnOnce(Error) -> DriverError {
    move |fault| DriverError::Away { doing, reason: reason(&fault) }
}

/// The same for the machine's own files.
pub(crate) fn local(doing: &'static str) -> impl FnOnce(std::io::Error) -> DriverError {
    move |fault| DriverError::Away { doing, reason: fault.to_string() }
}

/// What came back, for a person: where the engine was not reached, what to look at.
pub(crate) fn reason(fault: &Error) -> String {
    match fault {
        Error::DockerResponseServerError { message, .. } => message.trim().to_owned(),
        Error::SocketNotFoundError(path) => format!("there is no Docker engine at {path}"),
        other => with_sources(other),
    }
}

/// A fault of the transport says what it is only in its innermost source.
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

/// `None` for what the engine does not know.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(fault) if status(&fault) == Some(404) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// What was to be done is done already (304), or there is nothing to do it with (404).
pub(crate) fn done_already(answer: Result<(), Error>) -> Result<(), Error> {
    match answer {
        Err(fault) if matches!(status(&fault), Some(304 | 404)) => Ok(()),
        answer => answer,
    }
}

/// The HTTP status, when the engine answered.
pub(crate) const fn status(fault: &Error) -> Option<u16> {
    match fault {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}
