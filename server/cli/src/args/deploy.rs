//! `atomoctl deploy`.

use clap::{Args, Subcommand};
use model::{CommitSha, DeployDraft, DeployId, ProjectId};

use super::{Follow, valid};

/// The commands for deploys.
#[derive(Debug, Subcommand)]
pub enum DeployCommand {
    /// Deploy another commit of a project's schema, or another release: backup, rehearsal, change, proof
    Run(Box<DeployArgs>),
    /// Bring back commit and release of a former deploy; the data stays as it is
    Rollback(Box<RollbackArgs>),
    /// Undo the last deploy with its data: the backup that was taken before it is restored, schema and rows
    Undo {
        /// The deploy
        #[arg(value_parser = valid::<DeployId>)]
        deploy: DeployId,
        /// The id of the project, as confirmation; prompted on a terminal if omitted
        #[arg(long, value_name = "PROJECT")]
        confirm: Option<String>,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// List the deploys of a project, newest first
    List {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// The `next_cursor` of an earlier answer
        #[arg(long, value_name = "CURSOR")]
        cursor: Option<String>,
    },
    /// Show a deploy: findings, rehearsal, outcome
    Show {
        /// The deploy
        #[arg(value_parser = valid::<DeployId>)]
        deploy: DeployId,
    },
    /// List the commits of the repository that change the schema after the commit of the project
    Ahead {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Show the deploy that a push to the repository proposed
    Proposals {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Dismiss the proposed deploy of a project; the same commit is not proposed again
    Dismiss {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Show how the schema file of a project differs between two commits
    Diff {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// The one commit, as 40 hex digits
        #[arg(value_parser = valid::<CommitSha>)]
        from: CommitSha,
        /// The other one
        #[arg(value_parser = valid::<CommitSha>)]
        to: CommitSha,
    },
}

/// How a deploy or a roll back is done.
#[derive(Debug, Clone, Args)]
pub struct DeployOptionArgs {
    /// Show what it would do and what it needs; nothing is changed
    #[arg(long, conflicts_with = "wait")]
    pub plan: bool,
    /// The id of the project; needed where the preflight has findings that can cost data or service
    #[arg(long, value_name = "PROJECT", default_value = "")]
    pub confirm: String,
    /// Take no backup first; the newest verified one has to be young enough
    #[arg(long, conflicts_with = "pause")]
    pub without_backup: bool,
    /// Stop the project before the backup is taken, so that an undo loses nothing written before the deploy
    #[arg(long)]
    pub pause: bool,
    /// Start the server on a copy of the data first (default: for projects of the class production)
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    pub rehearse: Option<bool>,
    /// Drop the NOT NULL of a column that the new schema leaves over; may be repeated
    #[arg(long = "free", value_name = "TABLE.COLUMN")]
    pub free_columns: Vec<String>,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

/// Arguments of `deploy run`.
#[derive(Debug, Args)]
pub struct DeployArgs {
    /// The project
    #[arg(value_parser = valid::<ProjectId>)]
    pub project: ProjectId,
    /// The commit, as 40 hex digits (default: the present one, for another release)
    #[arg(long = "ref", value_name = "SHA", default_value = "", required_unless_present = "release")]
    pub commit: String,
    /// Another repository
    #[arg(long, value_name = "URL", default_value = "")]
    pub repo: String,
    /// Another path in the repository
    #[arg(long, default_value = "")]
    pub path: String,
    /// Another release: an image, or the file name of a program
    #[arg(long, value_name = "RELEASE", default_value = "")]
    pub release: String,
    /// How
    #[command(flatten)]
    pub options: DeployOptionArgs,
}

/// Arguments of `deploy rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The project
    #[arg(value_parser = valid::<ProjectId>)]
    pub project: ProjectId,
    /// The deploy whose commit and release come back (default: what ran before the last one)
    #[arg(long, value_name = "DEPLOY", value_parser = valid::<DeployId>)]
    pub to: Option<DeployId>,
    /// How
    #[command(flatten)]
    pub options: DeployOptionArgs,
}

pub(super) fn yes_or_no(typed: &str) -> Result<bool, String> {
    match typed {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("yes or no".to_owned()),
    }
}

impl DeployOptionArgs {
    /// The draft without a version.
    pub fn draft(&self) -> DeployDraft {
        DeployDraft {
            confirm: self.confirm.clone(),
            backup_first: !self.without_backup,
            pause: self.pause,
            rehearse: self.rehearse,
            free_columns: self.free_columns.clone(),
            ..DeployDraft::default()
        }
    }
}

impl DeployArgs {
    /// The draft. The server validates it.
    pub fn draft(&self) -> DeployDraft {
        DeployDraft {
            r#ref: self.commit.clone(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            release: self.release.clone(),
            ..self.options.draft()
        }
    }
}
