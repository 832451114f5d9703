//! Why a command did not do what was asked for: one enum, one conversion to what people and programs read.

use std::io;

use model::{OperationId, Problem, ProblemKind};

use crate::credentials;
use crate::exit::Exit;

/// Every way in which a command ends without success.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was typed cannot be acted upon. Nothing was sent.
    #[error("{0}")]
    Usage(String),
    /// No token is known for the server. Nothing was sent.
    #[error("Nobody is logged in at {0}.")]
    NotLoggedIn(String),
    /// The server refused, in its own words.
    #[error("{0}")]
    Refused(Problem),
    /// The server did not answer.
    #[error("asking {server}")]
    Unreachable {
        /// Its address.
        server: String,
        /// What happened on the way.
        #[source]
        source: reqwest::Error,
    },
    /// The server took the request and said nothing.
    #[error("{server} did not answer within {seconds} s.")]
    Silent {
        /// Its address.
        server: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Something answered that is not this version of Atomo Fleet.
    #[error("{server} answered {status}: {fault}")]
    NotUnderstood {
        /// Its address.
        server: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong about the answer.
        fault: String,
    },
    /// The operation ended, and not well; the problem says why.
    #[error("{0}")]
    OperationEnded(Problem),
    /// The audit trail is not whole; the problem says where.
    #[error("{0}")]
    AuditBroken(Problem),
    /// The operation was not over in time.
    #[error("Operation {operation} was not over after {seconds} s.")]
    TimedOut {
        /// Which.
        operation: OperationId,
        /// The limit.
        seconds: u64,
    },
    /// The file with the tokens.
    #[error(transparent)]
    Credentials(#[from] credentials::Error),
    /// Reading from the terminal or from standard input.
    #[error("reading {what}")]
    Input {
        /// What was to be read.
        what: &'static str,
        /// What happened.
        #[source]
        source: io::Error,
    },
    /// Writing to standard output.
    #[error("writing the result")]
    Output(#[from] io::Error),
}

impl Failure {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::NotLoggedIn(_) => Exit::Denied,
            Self::Refused(problem) => problem.kind.into(),
            Self::Unreachable { .. }
            | Self::Silent { .. }
            | Self::NotUnderstood { status: 502..=504, .. } => Exit::Away,
            Self::TimedOut { .. } => Exit::TimedOut,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::NotUnderstood { .. }
            | Self::OperationEnded(_)
            | Self::AuditBroken(_)
            | Self::Credentials(_)
            | Self::Input { .. }
            | Self::Output(_) => Exit::Failed,
        }
    }

    /// Whether a later attempt may do, without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        self.exit() == Exit::Away || matches!(self, Self::Refused(p) if p.kind == ProblemKind::TooMany)
    }

    /// What the person or the program is told.
    pub fn problem(&self) -> Problem {
        let local = |kind, title: &str, detail: String| Problem::new(kind, title, detail);
        match self {
            Self::Refused(problem) | Self::OperationEnded(problem) | Self::AuditBroken(problem) => {
                problem.clone()
            }
            Self::Usage(detail) => local(ProblemKind::Malformed, "Nothing was done", detail.clone()),
            Self::NotLoggedIn(_) => local(ProblemKind::Unauthenticated, "Not logged in", self.to_string()),
            Self::Unreachable { .. } | Self::Silent { .. } => unreachable(self),
            Self::NotUnderstood { .. } => not_understood(self),
            Self::TimedOut { operation, .. } => {
                let detail =
                    format!("{self} It goes on. Follow it with: atomoctl operation wait {operation}");
                let problem = local(ProblemKind::Unavailable, "The time to wait is over", detail);
                Problem { operation: Some(*operation), ..problem }
            }
            Self::Credentials(_) | Self::Input { .. } | Self::Output(_) => {
                local(ProblemKind::Internal, "Something is wrong on this machine", causes(self))
            }
        }
    }
}

fn unreachable(failure: &Failure) -> Problem {
    let detail = format!(
        "{} Whether it took the request is not known. Is atomo-fleet running there? \
         Another address is given with --url or ATOMO_FLEET_URL.",
        causes(failure)
    );
    Problem::new(ProblemKind::Unavailable, "The server does not answer", detail)
}

fn not_understood(failure: &Failure) -> Problem {
    let detail = format!("{} Is it an atomo-fleet of the version of this atomoctl?", causes(failure));
    let kind = if failure.exit() == Exit::Away { ProblemKind::Unavailable } else { ProblemKind::Internal };
    Problem::new(kind, "The answer is not understood", detail)
}

/// The error and its causes, as one sentence.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}
