//! `atomoctl project create`: its options, and the draft made of them.

use clap::{ArgGroup, Args};
use model::{ProjectDraft, SchemaRefDraft};

use super::{EnvArgs, LimitArgs};
use crate::args::Follow;
use crate::args::pair::pair;

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
    #[arg(long, value_name = "URL", required_unless_present = "volume")]
    pub repo: Option<String>,
    /// The schema file in the repository
    #[arg(long, required_unless_present = "volume")]
    pub path: Option<String>,
    /// The commit, as 40 hex digits
    #[arg(long = "ref", value_name = "SHA", required_unless_present = "volume")]
    pub commit: Option<String>,
    /// Follow a file of the control plane's machine in development, not a commit; no class production. Without a path: the file
    /// in the project's own folder
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["repo", "path", "commit"])]
    pub volume: Option<String>,
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

impl CreateArgs {
    /// The draft. The server validates it.
    pub fn draft(self) -> ProjectDraft {
        ProjectDraft {
            schema_ref: self.schema_ref(),
            id: self.id,
            display_name: self.display_name,
            labels: self.labels.into_iter().collect(),
            class: self.class,
            hostname: self.hostname.unwrap_or_default(),
            aliases: self.aliases,
            env: self.env.drafts(),
            admin_email: self.admin_email,
            release: self.release.unwrap_or_default(),
            limits: self.limits.draft(),
            database_server: self.database_server,
            pool_size: self.pool_size,
            reuse_database: self.reuse_database,
        }
    }

    /// The schema reference.
    fn schema_ref(&self) -> SchemaRefDraft {
        if let Some(path) = &self.volume {
            return SchemaRefDraft::of_volume(path);
        }
        SchemaRefDraft {
            r#type: "git".into(),
            repo: self.repo.clone().unwrap_or_default(),
            path: self.path.clone().unwrap_or_default(),
            r#ref: self.commit.clone().unwrap_or_default(),
        }
    }
}
