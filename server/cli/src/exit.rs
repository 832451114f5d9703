//! Exit codes. They are a contract with scripts: a code never changes its meaning.

use std::process::ExitCode;

use model::ProblemKind;

/// The result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: success; with `--wait`, the operation succeeded.
    Done,
    /// 1: the operation failed, or the request was rejected.
    Failed,
    /// 2: invalid command line, or not confirmed. Nothing was sent.
    Usage,
    /// 3: not logged in, or not allowed.
    Denied,
    /// 4: not found.
    NotFound,
    /// 5: the name is in use, or another operation is running for the project.
    Conflict,
    /// 6: the server, or a part that it needs, does not answer.
    Away,
    /// 7: time-out of the wait; the operation continues.
    TimedOut,
}

/// The table at the end of every `--help`.
pub const TABLE: &str = "\
Exit codes:
  0  success; with --wait, the operation succeeded
  1  the operation failed, or the request was rejected
  2  invalid command line, or not confirmed; nothing was sent
  3  not logged in, or not allowed
  4  not found
  5  conflict: the name is in use, or another operation is running for the project
  6  the server, or a part that it needs, does not answer
  7  the wait timed out; the operation continues";

impl Exit {
    /// The code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Denied => 3,
            Self::NotFound => 4,
            Self::Conflict => 5,
            Self::Away => 6,
            Self::TimedOut => 7,
        }
    }
}

impl From<ProblemKind> for Exit {
    fn from(kind: ProblemKind) -> Self {
        match kind {
            ProblemKind::Unauthenticated | ProblemKind::Forbidden => Self::Denied,
            ProblemKind::NotFound => Self::NotFound,
            ProblemKind::Conflict => Self::Conflict,
            ProblemKind::Unavailable => Self::Away,
            ProblemKind::Malformed
            | ProblemKind::TooLarge
            | ProblemKind::Invalid
            | ProblemKind::GenerationRequired
            | ProblemKind::Refused
            | ProblemKind::TooMany
            | ProblemKind::Internal => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
