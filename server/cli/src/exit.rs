//! What the exit code says. A contract with scripts: a number never changes its meaning.

use std::process::ExitCode;

use model::ProblemKind;

/// How a run of `atomoctl` ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; with `--wait`, the operation succeeded.
    Done,
    /// 1: the operation failed, or the request was refused.
    Failed,
    /// 2: the command line is not understood, or not confirmed. Nothing was sent.
    Usage,
    /// 3: not logged in, or not allowed.
    Denied,
    /// 4: there is no such thing.
    NotFound,
    /// 5: something else has the name, or is at work on the project.
    Conflict,
    /// 6: the server, or a part that it needs, does not answer.
    Away,
    /// 7: the time to wait is over; the operation goes on.
    TimedOut,
}

/// The table at the end of every `--help`.
pub const TABLE: &str = "\
Exit codes:
  0  done; with --wait, the operation succeeded
  1  the operation failed, or the request was refused
  2  the command line is not understood or not confirmed; nothing was sent
  3  not logged in, or not allowed
  4  there is no such thing
  5  conflict: the name is taken, or another operation is at work on the project
  6  the server, or a part that it needs, does not answer
  7  the time to wait is over; the operation goes on";

impl Exit {
    /// The number.
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
