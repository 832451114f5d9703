//! `atomoctl project`.

mod clone;
mod create;
mod edit;

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use model::{EnvDraft, LimitsDraft, ProjectId, SecretDraft};

pub use self::clone::{CloneArgs, ExpiryArgs};
pub use self::create::CreateArgs;
pub use self::edit::EditArgs;
use super::pair::pair;
use super::{EventArgs, Follow, ListArgs, ProjectEdgeArgs, valid};

/// The commands for projects.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Create a project: database, secrets, schema, instance, route
    Create(Box<CreateArgs>),
    /// Copy a project for a while, for example for the preview of a branch: own database, hostname, secrets and limits
    Clone(Box<CloneArgs>),
    /// Change when a clone is removed
    Expiry(ExpiryArgs),
    /// Projects that fulfil every condition, worst first
    List(ListArgs),
    /// Show a project: desired and observed state
    Show {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
    },
    /// Change display name, labels, class, hostnames, environment, release, limits or pool size; omitted options stay
    Edit(Box<EditArgs>),
    /// Show or change the edge policy of a project; omitted options stay
    Edge(Box<ProjectEdgeArgs>),
    /// Start a stopped project
    Start(ActArgs),
    /// Stop the instance; everything else stays
    Stop(ActArgs),
    /// Replace the instance with the same settings
    Restart(ActArgs),
    /// Remove instance and route; database, secrets and media are retained. With --drop: request that they are dropped too
    Delete(DeleteArgs),
    /// Bring a project back from the trash
    Undelete(ActArgs),
    /// List the projects in the trash
    Trash,
    /// Show the log of the instance
    Logs {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
        /// Follow the log
        #[arg(short, long)]
        follow: bool,
        /// Number of last lines
        #[arg(long, value_name = "LINES", default_value_t = 200)]
        tail: u32,
    },
    /// Events of a project, newest first
    Events {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
        /// Conditions and page
        #[command(flatten)]
        events: EventArgs,
    },
    /// Show the project's environment variables
    Env {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
    },
    /// Show the generated password of the first admin, once
    AdminPassword {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
    },
}

/// A project, and whether to wait.
#[derive(Debug, Args)]
pub struct ActArgs {
    /// The project
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

/// Arguments of `project delete`.
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// The project
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// Request that the database is dropped too, after a proved backup and, where it is needed, an approval
    #[arg(long)]
    pub drop: bool,
    /// The id again, as confirmation; prompted on a terminal if omitted
    #[arg(long, value_name = "ID")]
    pub confirm: Option<String>,
    /// Whether to wait; with --drop, until the request is over
    #[command(flatten)]
    pub follow: Follow,
}

/// Environment variables.
#[derive(Debug, Clone, Default, Args)]
pub struct EnvArgs {
    /// An environment variable, readable by operators; may be repeated
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = pair)]
    pub texts: Vec<(String, String)>,
    /// An environment variable whose value is a secret of the project; may be repeated
    #[arg(long = "env-secret", value_name = "NAME=SECRET", value_parser = pair)]
    pub secrets: Vec<(String, String)>,
}

impl EnvArgs {
    /// The variables by name. The last value of a name wins.
    pub fn drafts(self) -> BTreeMap<String, EnvDraft> {
        let texts = self.texts.into_iter().map(|(name, text)| (name, EnvDraft::Text(text)));
        let secret = |secret| EnvDraft::Secret(SecretDraft { secret });
        texts.chain(self.secrets.into_iter().map(|(name, value)| (name, secret(value)))).collect()
    }

    /// Whether no variable was given.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.secrets.is_empty()
    }
}

/// Limits. Omitted ones stay, or are the fleet's defaults at create.
#[derive(Debug, Clone, Default, Args)]
pub struct LimitArgs {
    /// Memory limit of the instance: 512 MiB
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// CPU limit of the instance, in processors: 0.5
    #[arg(long, value_name = "PROCESSORS")]
    pub cpu: Option<String>,
    /// Process limit of the instance (PIDs: threads and processes)
    #[arg(long, value_name = "NUMBER")]
    pub pids: Option<String>,
    /// Restart attempts without a quiet minute before the project is marked as failed
    #[arg(long, value_name = "NUMBER")]
    pub restarts: Option<String>,
}

impl LimitArgs {
    /// The draft.
    pub fn draft(self) -> LimitsDraft {
        let Self { memory, cpu, pids, restarts } = self;
        let [memory, cpu, pids, restarts] = [memory, cpu, pids, restarts].map(|typed| typed.map(Into::into));
        LimitsDraft { memory, cpu, pids, restarts }
    }
}
