//! Why a driver could not do it, and what an operator does about it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use model::{Problem, ProblemKind, RegistryHost};

use super::Release;
use crate::ports::Failure;

/// Why a driver could not do it.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The engine, the keeper or the file system does not answer.
    #[error("{doing}: {reason}")]
    Away {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        reason: String,
    },
    /// Something else listens where the instance should.
    #[error("{address} is taken{}", .by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default())]
    AddressTaken {
        /// The address.
        address: SocketAddr,
        /// The process, where it can be found out: `name (pid N)`.
        by: Option<String>,
    },
    /// The release is missing or may not be run.
    #[error("{release} cannot be started: {reason}")]
    Release {
        /// What should have been started.
        release: Release,
        /// What came back.
        reason: String,
    },
    /// The registry of the release's image does not answer.
    #[error("pulling {image} from {host}: {reason}")]
    Registry {
        /// What should have been pulled.
        image: String,
        /// Where from.
        host: RegistryHost,
        /// What came back.
        reason: String,
    },
    /// Something else has the name that a part of the instance needs.
    #[error("the {what} {name} is there and belongs to somebody else")]
    NameTaken {
        /// `container` or `network`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// The limits cannot be changed while it runs: it has to be replaced.
    #[error("the limits cannot be changed while the instance runs: {reason}")]
    NotLive {
        /// What came back.
        reason: String,
    },
    /// The spec asks for what the driver does not offer, see `Driver::traits`.
    #[error("the spec of the instance does not fit the driver: {reason}")]
    Unsupported {
        /// What it asks for.
        reason: String,
    },
    /// No space, or a folder that may not be written.
    #[error("{path:?} cannot be written: {reason}")]
    Storage {
        /// The folder or file.
        path: PathBuf,
        /// What came back.
        reason: String,
    },
}

impl Failure for DriverError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Registry { .. } | Self::Storage { .. })
    }

    fn is_address_taken(&self) -> bool {
        matches!(self, Self::AddressTaken { .. })
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Away { doing, reason } => Problem::unavailable(
                "driver",
                format!("While {doing}: {reason}. It is tried again by itself."),
            ),
            Self::AddressTaken { address, by } => Problem::new(
                ProblemKind::Refused,
                "The port is taken",
                format!(
                    "{address} is in use by {}. Free it, then press Retry.",
                    by.as_deref().unwrap_or("another process")
                ),
            ),
            Self::Release { release, reason } => release_problem(release, reason),
            Self::Registry { image, host, reason } => registry_problem(image, host, reason),
            Self::NameTaken { what, name } => Problem::new(
                ProblemKind::Refused,
                "A name on the engine is taken",
                format!(
                    "There is a {what} {name} that is not this fleet's; it was left alone. Rename or remove it, then press Retry."
                ),
            ),
            Self::NotLive { reason } => Problem::new(
                ProblemKind::Refused,
                "The limits cannot be changed while the instance runs",
                format!("{reason}. Restart the project: its next instance has them."),
            ),
            Self::Unsupported { reason } => unsupported_problem(reason),
            Self::Storage { path, reason } => storage_problem(path, reason),
        }
    }
}

fn unsupported_problem(reason: &str) -> Problem {
    let detail = format!("Nothing was changed: {reason}. This is a fault of the control plane.");
    Problem::new(ProblemKind::Internal, "The driver cannot run this instance", detail)
}

fn storage_problem(path: &Path, reason: &str) -> Problem {
    let path = path.display();
    let detail = format!(
        "{path} cannot be written: {reason}. Make room or correct its mode; it is tried again by itself."
    );
    Problem::unavailable("driver", detail)
}

fn registry_problem(image: &str, host: &RegistryHost, reason: &str) -> Problem {
    let detail = format!("While pulling {image} from {host}: {reason}. It is tried again by itself.");
    Problem::new(ProblemKind::Unavailable, "The registry of images does not answer", detail)
}

fn release_problem(release: &Release, reason: &str) -> Problem {
    let (title, name, way_out) = match release {
        Release::Program(program) => (
            "The release cannot be started",
            program.display().to_string(),
            "Choose another release for the project, or put the program there and press Retry.",
        ),
        Release::Image(image) => (
            "The release cannot be started",
            image.clone(),
            "Choose another release for the project, or see to the image and press Retry.",
        ),
    };
    Problem::new(ProblemKind::Refused, title, format!("{name}: {reason}. {way_out}"))
}
