//! Failures of a command, with one conversion to the problem that is printed.

use std::io;

use model::{OperationId, Problem, ProblemKind, RolloutId};

use crate::credentials;
use crate::exit::Exit;

/// Every failure of a command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line cannot be executed. Nothing was sent.
    #[error("{0}")]
    Usage(String),
    /// There is no token for the server. Nothing was sent.
    #[error("You are not logged in at {0}.")]
    NotLoggedIn(String),
    /// The server rejected the request.
    #[error("{0}")]
    Refused(Problem),
    /// The server did not answer.
    #[error("asking {server}")]
    Unreachable {
        /// Its address.
        server: String,
        /// The cause.
        #[source]
        source: reqwest::Error,
    },
    /// The server accepted the connection and did not answer in time.
    #[error("{server} did not answer within {seconds} s.")]
    Silent {
        /// Its address.
        server: String,
        /// The time-out.
        seconds: u64,
    },
    /// The answer is not of this version of Atomo Fleet.
    #[error("{server} answered {status}: {fault}")]
    NotUnderstood {
        /// The address.
        server: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with the answer.
        fault: String,
    },
    /// The operation ended without success; the problem says why.
    #[error("{0}")]
    OperationEnded(Problem),
    /// The audit trail is broken; the problem says where.
    #[error("{0}")]
    AuditBroken(Problem),
    /// The operation did not end in time.
    #[error("Operation {operation} was not over after {seconds} s.")]
    TimedOut {
        /// The operation.
        operation: OperationId,
        /// The limit.
        seconds: u64,
    },
    /// The rollout was neither paused nor over in time.
    #[error("Rollout {rollout} was under way after {seconds} s.")]
    RolloutTimedOut {
        /// The rollout.
        rollout: RolloutId,
        /// The limit.
        seconds: u64,
    },
    /// The file with the tokens.
    #[error(transparent)]
    Credentials(#[from] credentials::Error),
    /// Reading from terminal or standard input.
    #[error("reading {what}")]
    Input {
        /// The value that was read.
        what: &'static str,
        /// The cause.
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
            Self::TimedOut { .. } | Self::RolloutTimedOut { .. } => Exit::TimedOut,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::NotUnderstood { .. }
            | Self::OperationEnded(_)
            | Self::AuditBroken(_)
            | Self::Credentials(_)
            | Self::Input { .. }
            | Self::Output(_) => Exit::Failed,
        }
    }

    /// Whether a later attempt can succeed without a change by an operator.
    pub fn is_transient(&self) -> bool {
        self.exit() == Exit::Away || matches!(self, Self::Refused(p) if p.kind == ProblemKind::TooMany)
    }

    /// The problem that is printed.
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
            Self::RolloutTimedOut { rollout, .. } => {
                let detail = format!("{self} It continues. See: atomoctl rollout show {rollout}");
                local(ProblemKind::Unavailable, "The wait timed out", detail)
            }
            Self::TimedOut { operation, .. } => {
                let detail = format!(
                    "{self} The operation continues. Follow it with: atomoctl operation wait {operation}"
                );
                let problem = local(ProblemKind::Unavailable, "The wait timed out", detail);
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
    let detail =
        format!("{} Check that it is an atomo-fleet of the same version as this atomoctl.", causes(failure));
    let kind = if failure.exit() == Exit::Away { ProblemKind::Unavailable } else { ProblemKind::Internal };
    Problem::new(kind, "Unexpected answer", detail)
}

/// The error and its causes as one sentence.
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
