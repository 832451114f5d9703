//! `atomoctl project`.

use std::collections::BTreeMap;

use clap::{ArgGroup, Args, Subcommand};
use model::{EnvDraft, SecretDraft};
use model::{LimitsDraft, ProjectId, SchemaRefDraft};

use super::{Follow, Paging, ProjectEdgeArgs, valid};

/// What to do with projects.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Create a project: database, secrets, schema, instance, route
    Create(Box<CreateArgs>),
    /// All projects, worst first
    List,
    /// One project: what was asked for, and what was seen
    Show {
        /// Its id
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
    },
    /// Change display name, hostname, aliases, environment, server, limits or pool; what is not named stays
    Edit(Box<EditArgs>),
    /// Who is let in by the gateway, and what it adds; what is not named stays
    Edge(Box<ProjectEdgeArgs>),
    /// Run it
    Start(ActArgs),
    /// End its instance and keep everything else
    Stop(ActArgs),
    /// Replace its instance by an equal one
    Restart(ActArgs),
    /// Remove its instance and route; database, secrets and media are kept
    Delete {
        /// Its id
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
        /// The id once more; asked for when left out on a terminal
        #[arg(long, value_name = "ID")]
        confirm: Option<String>,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// What its instance printed
    Logs {
        /// Its id
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
        /// Go on with new lines as they come
        #[arg(short, long)]
        follow: bool,
        /// How many of the last lines
        #[arg(long, value_name = "LINES", default_value_t = 200)]
        tail: u32,
    },
    /// What happened to it, newest first
    Events {
        /// Its id
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
        /// Which part
        #[command(flatten)]
        paging: Paging,
    },
    /// Its own environment variables
    Env {
        /// Its id
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
    },
    /// The generated password of its first admin; it is shown once
    AdminPassword {
        /// Its id
        #[arg(value_parser = valid::<ProjectId>)]
        id: ProjectId,
    },
}

/// A project, and whether to wait.
#[derive(Debug, Args)]
pub struct ActArgs {
    /// Its id
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

/// A new project, as typed.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("name").required(true).args(["hostname", "no_hostname"])))]
pub struct CreateArgs {
    /// Its id, for life: 3 to 40 of a to z, 0 to 9 and hyphen
    pub id: String,
    /// How people call it; the id when left out
    #[arg(long, value_name = "NAME", default_value = "")]
    pub display_name: String,
    /// The name under which it answers
    #[arg(long, value_name = "HOST")]
    pub hostname: Option<String>,
    /// Give it no name: it is reached by the header X-Atomo-Project alone
    #[arg(long)]
    pub no_hostname: bool,
    /// A further name; may be repeated
    #[arg(long = "alias", value_name = "HOST")]
    pub aliases: Vec<String>,
    /// The repository of its schema
    #[arg(long, value_name = "URL")]
    pub repo: String,
    /// The schema file in the repository
    #[arg(long)]
    pub path: String,
    /// The commit, in full
    #[arg(long = "ref", value_name = "SHA")]
    pub commit: String,
    /// Its environment
    #[command(flatten)]
    pub env: EnvArgs,
    /// Make a first admin; the password is generated and shown once
    #[arg(long, value_name = "EMAIL", default_value = "")]
    pub admin_email: String,
    /// The server that it runs: an image, or the file name of a program; what the fleet runs when left out
    // an id of its own: "server" is that of the global argument --url
    #[arg(long = "server", id = "runs", value_name = "SERVER")]
    pub server: Option<String>,
    /// What its instance may use
    #[command(flatten)]
    pub limits: LimitArgs,
    /// The database server; `default` when left out, or where the kept database is
    #[arg(long, value_name = "NAME", default_value = "")]
    pub database_server: String,
    /// Connections of its instance's pool; the fleet's setting when left out
    #[arg(long, value_name = "CONNECTIONS")]
    pub pool_size: Option<u32>,
    /// Take over the kept database of this id, with its secrets and media
    #[arg(long)]
    pub reuse_database: bool,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

/// Variables, as typed.
#[derive(Debug, Clone, Default, Args)]
pub struct EnvArgs {
    /// A variable of its environment, visible to operators; may be repeated
    #[arg(long = "env", value_name = "NAME=VALUE", value_parser = pair)]
    pub texts: Vec<(String, String)>,
    /// A variable whose value is a secret of the project; may be repeated
    #[arg(long = "env-secret", value_name = "NAME=SECRET", value_parser = pair)]
    pub secrets: Vec<(String, String)>,
}

impl EnvArgs {
    /// The variables by name; the last one of a name counts.
    pub fn drafts(self) -> BTreeMap<String, EnvDraft> {
        let texts = self.texts.into_iter().map(|(name, text)| (name, EnvDraft::Text(text)));
        let secret = |secret| EnvDraft::Secret(SecretDraft { secret });
        texts.chain(self.secrets.into_iter().map(|(name, value)| (name, secret(value)))).collect()
    }

    /// Whether none was typed.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.secrets.is_empty()
    }
}

/// Limits, as typed; what is left out stays, or is the fleet's default.
#[derive(Debug, Clone, Default, Args)]
pub struct LimitArgs {
    /// The most memory of its instance: 512 MiB
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// The most processor time of its instance, in processors: 0.5
    #[arg(long, value_name = "PROCESSORS")]
    pub cpu: Option<String>,
    /// The most threads and processes of its instance
    #[arg(long, value_name = "NUMBER")]
    pub pids: Option<String>,
    /// How often it is started anew, without a calm minute in between, before it is given up
    #[arg(long, value_name = "NUMBER")]
    pub restarts: Option<String>,
}

impl LimitArgs {
    /// As the server reads them.
    pub fn draft(self) -> LimitsDraft {
        let Self { memory, cpu, pids, restarts } = self;
        let [memory, cpu, pids, restarts] = [memory, cpu, pids, restarts].map(|typed| typed.map(Into::into));
        LimitsDraft { memory, cpu, pids, restarts }
    }
}

/// A change, as typed.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args([
    "display_name", "hostname", "no_hostname", "aliases", "no_aliases", "texts", "secrets", "unset", "repo", "path",
    "commit", "runs", "memory", "cpu", "pids", "restarts", "pool_size",
])))]
pub struct EditArgs {
    /// Its id
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// How people call it
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// The name under which it answers
    #[arg(long, value_name = "HOST")]
    pub hostname: Option<String>,
    /// Take its name away
    #[arg(long, conflicts_with = "hostname")]
    pub no_hostname: bool,
    /// All further names, in place of those that it has; may be repeated
    #[arg(long = "alias", value_name = "HOST")]
    pub aliases: Vec<String>,
    /// Take all further names away
    #[arg(long, conflicts_with = "aliases")]
    pub no_aliases: bool,
    /// Variables to set; the others stay
    #[command(flatten)]
    pub env: EnvArgs,
    /// A variable to take away; may be repeated
    #[arg(long, value_name = "NAME")]
    pub unset: Vec<String>,
    /// Another repository of its schema, while the project has never run
    #[arg(long, value_name = "URL")]
    pub repo: Option<String>,
    /// Another schema file, while the project has never run
    #[arg(long)]
    pub path: Option<String>,
    /// Another commit, while the project has never run
    #[arg(long = "ref", value_name = "SHA")]
    pub commit: Option<String>,
    /// Another server: an image, or the file name of a program; empty: what the fleet runs now
    // an id of its own: "server" is that of the global argument --url
    #[arg(long = "server", id = "runs", value_name = "SERVER")]
    pub server: Option<String>,
    /// Other limits; the rest stays
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Connections of its instance's pool
    #[arg(long, value_name = "CONNECTIONS")]
    pub pool_size: Option<u32>,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

impl EditArgs {
    /// Whether anything of the schema reference changes.
    pub fn changes_schema(&self) -> bool {
        self.repo.is_some() || self.path.is_some() || self.commit.is_some()
    }

    /// Whether any variable changes.
    pub fn changes_env(&self) -> bool {
        !self.env.is_empty() || !self.unset.is_empty()
    }
}

impl CreateArgs {
    /// The reference to the schema.
    pub fn schema_ref(&self) -> SchemaRefDraft {
        SchemaRefDraft {
            r#type: "git".into(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            r#ref: self.commit.clone(),
        }
    }
}

/// `NAME=VALUE`. Whether the name is accepted is for the server to say.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("There is no = in it. Accepted: NAME=VALUE.")?;
    if name.is_empty() {
        return Err("There is no name before the =. Accepted: NAME=VALUE.".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}
