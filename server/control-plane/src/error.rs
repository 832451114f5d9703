//! What can go wrong inside, and the one place where it becomes what the outside is told.

use model::{Problem, ProblemKind};

use crate::ports::Failure;
use crate::registry::RegistryError;

/// Why the control plane did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The asker is told exactly this.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The registry did not do it.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A part did not do it.
    #[error("{0}")]
    Part(Box<dyn Failure>),
    /// Inside the engine only: what is desired or what runs has changed since the plan was made, so another one is needed.
    #[error("another plan is needed")]
    Replan,
    /// The job was asked to end before it was done.
    #[error("the job was interrupted")]
    Interrupted,
}

impl Error {
    /// What the outside is told. Internal text stays inside.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Problem(problem) => (**problem).clone(),
            Self::Registry(error) => error.problem(),
            Self::Part(failure) => failure.problem(),
            Self::Replan => Problem::unavailable("driver", "Another plan is made."),
            Self::Interrupted => Problem::new(
                ProblemKind::Unavailable,
                "The job was interrupted",
                "Steps that are done stay. The job goes on unless it was cancelled.",
            ),
        }
    }

    /// Whether trying again later may help without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.kind == ProblemKind::Unavailable,
            Self::Registry(error) => error.is_transient(),
            Self::Part(failure) => failure.is_transient(),
            Self::Replan | Self::Interrupted => true,
        }
    }

    /// Whether all that is wrong is that no request came through the gateway.
    pub(crate) fn is_unreached(&self) -> bool {
        matches!(self, Self::Part(failure) if failure.is_unreached())
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

macro_rules! from_part {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::Part(Box::new(error))
            }
        })+
    };
}

from_part!(
    crate::ports::archive_store::ArchiveError,
    crate::ports::driver::DriverError,
    crate::ports::gateway::GatewayError,
    crate::ports::postgres_host::PostgresError,
    crate::ports::schema_source::SourceError,
    crate::ports::secret_store::SecretError,
    crate::ports::volumes::VolumeError,
    crate::ports::wal_archive::WalArchiveError,
);

/// The result of everything that the control plane is asked.
pub type Result<T, E = Error> = std::result::Result<T, E>;
