//! `atomoctl project`.

use std::collections::BTreeMap;

use clap::{ArgGroup, Args, Subcommand};
use model::{EnvDraft, SecretDraft};
use model::{LimitsDraft, ProjectId, SchemaRefDraft};

use super::labels::LabelChange;
use super::{EventArgs, Follow, ListArgs, ProjectEdgeArgs, pair, valid};

/// The commands for projects.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Create a project: database, secrets, schema, instance, route
    Create(Box<CreateArgs>),
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
    /// Remove instance and route; database, secrets and media are retained
    Delete {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
        /// The id again, as confirmation; prompted on a terminal if omitted
        #[arg(long, value_name = "ID")]
        confirm: Option<String>,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
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

/// Arguments of `project create`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("name").required(true).args(["hostname", "no_hostname"])))]
pub struct CreateArgs {
    /// The id, permanent: 3 to 40 of a to z, 0 to 9 and hyphen, starting with a letter
    pub id: String,
    /// The display name (default: the id)
    #[arg(long, value_name = "NAME", default_value = "")]
    pub display_name: String,
    /// A label; may be repeated
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = pair)]
    pub labels: Vec<(String, String)>,
    /// The class: production, staging or development (default: production)
    #[arg(long, value_name = "CLASS", default_value = "")]
    pub class: String,
    /// The public hostname
    #[arg(long, value_name = "HOST")]
    pub hostname: Option<String>,
    /// No hostname: reachable through the header X-Atomo-Project only
    #[arg(long)]
    pub no_hostname: bool,
    /// An alias; may be repeated
    #[arg(long = "alias", value_name = "HOST")]
    pub aliases: Vec<String>,
    /// The repository of the schema
    #[arg(long, value_name = "URL")]
    pub repo: String,
    /// The schema file in the repository
    #[arg(long)]
    pub path: String,
    /// The commit, as 40 hex digits
    #[arg(long = "ref", value_name = "SHA")]
    pub commit: String,
    /// The environment
    #[command(flatten)]
    pub env: EnvArgs,
    /// E-mail address of a first admin, whose password is generated and shown once
    #[arg(long, value_name = "EMAIL", default_value = "")]
    pub admin_email: String,
    /// The release to run: an image, or the file name of a program (default: that of the fleet)
    #[arg(long, value_name = "RELEASE")]
    pub release: Option<String>,
    /// The limits
    #[command(flatten)]
    pub limits: LimitArgs,
    /// The database server (default: `default`, or the server of the retained database)
    #[arg(long, value_name = "NAME", default_value = "")]
    pub database_server: String,
    /// Connection pool size of the instance (default: the fleet's setting)
    #[arg(long, value_name = "CONNECTIONS")]
    pub pool_size: Option<u32>,
    /// Reuse the retained database of this id, with its secrets and media
    #[arg(long)]
    pub reuse_database: bool,
    /// Check everything and show what would be made; nothing is created
    #[arg(long, conflicts_with = "wait")]
    pub dry_run: bool,
    /// Whether to wait
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

/// Arguments of `project edit`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args([
    "display_name", "labels", "class", "hostname", "no_hostname", "aliases", "no_aliases", "texts", "secrets", "unset", "repo", "path",
    "commit", "release", "memory", "cpu", "pids", "restarts", "pool_size",
])))]
pub struct EditArgs {
    /// The project
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// The display name
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// A label to set, or KEY- to remove it; may be repeated; all others stay
    #[arg(long = "label", value_name = "KEY=VALUE|KEY-")]
    pub labels: Vec<LabelChange>,
    /// The class: production, staging or development
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// The public hostname
    #[arg(long, value_name = "HOST")]
    pub hostname: Option<String>,
    /// Remove the hostname
    #[arg(long, conflicts_with = "hostname")]
    pub no_hostname: bool,
    /// An alias; replaces all present ones; may be repeated
    #[arg(long = "alias", value_name = "HOST")]
    pub aliases: Vec<String>,
    /// Remove all aliases
    #[arg(long, conflicts_with = "aliases")]
    pub no_aliases: bool,
    /// Variables to set; all others stay
    #[command(flatten)]
    pub env: EnvArgs,
    /// A variable to remove; may be repeated
    #[arg(long, value_name = "NAME")]
    pub unset: Vec<String>,
    /// The repository of the schema; only while the project has never run
    #[arg(long, value_name = "URL")]
    pub repo: Option<String>,
    /// The schema file; only while the project has never run
    #[arg(long)]
    pub path: Option<String>,
    /// The commit; only while the project has never run
    #[arg(long = "ref", value_name = "SHA")]
    pub commit: Option<String>,
    /// The release: an image, or the file name of a program; empty: the fleet's present release
    #[arg(long, value_name = "RELEASE")]
    pub release: Option<String>,
    /// The limits; omitted ones stay
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Connection pool size of the instance
    #[arg(long, value_name = "CONNECTIONS")]
    pub pool_size: Option<u32>,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

impl EditArgs {
    /// Whether the schema reference changes.
    pub fn changes_schema(&self) -> bool {
        self.repo.is_some() || self.path.is_some() || self.commit.is_some()
    }

    /// Whether an environment variable changes.
    pub fn changes_env(&self) -> bool {
        !self.env.is_empty() || !self.unset.is_empty()
    }
}

impl CreateArgs {
    /// The schema reference.
    pub fn schema_ref(&self) -> SchemaRefDraft {
        SchemaRefDraft {
            r#type: "git".into(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            r#ref: self.commit.clone(),
        }
    }
}
