//! `atomoctl rollout`.

use clap::{Args, Subcommand};
use model::{LabelSelector, ProjectClass, ProjectId, RolloutDraft, RolloutId};

use super::deploy::yes_or_no;
use super::{Follow, valid};

/// The commands for rollouts.
#[derive(Debug, Subcommand)]
pub enum RolloutCommand {
    /// Show what a rollout would do to every project; nothing is changed
    Plan(Box<RolloutArgs>),
    /// Begin a rollout: one project first, then the rest; a failure pauses it
    Run {
        /// What, where and how
        #[command(flatten)]
        args: Box<RolloutArgs>,
        /// Show what it would do; nothing is changed
        #[arg(long, conflicts_with = "wait")]
        dry_run: bool,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// List rollouts, newest first
    List {
        /// The `next_cursor` of an earlier answer
        #[arg(long, value_name = "CURSOR")]
        cursor: Option<String>,
    },
    /// Show a rollout with its members
    Show {
        /// The rollout
        #[arg(value_parser = valid::<RolloutId>)]
        rollout: RolloutId,
    },
    /// Resume a paused rollout: members that failed are tried again, or passed over
    Resume {
        /// The rollout
        #[arg(value_parser = valid::<RolloutId>)]
        rollout: RolloutId,
        /// Pass over the members that failed
        #[arg(long)]
        skip: bool,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Cancel a rollout: no member begins any more, members under way finish
    Cancel {
        /// The rollout
        #[arg(value_parser = valid::<RolloutId>)]
        rollout: RolloutId,
    },
}

/// Arguments of `rollout plan` and `rollout run`.
#[derive(Debug, Clone, Args)]
pub struct RolloutArgs {
    /// The projects, in the order in which they are deployed
    #[arg(value_parser = valid::<ProjectId>, conflicts_with_all = ["labels", "class"])]
    pub projects: Vec<ProjectId>,
    /// Choose projects with this label, with any value if there is no =; may be repeated
    #[arg(short = 'l', long = "label", value_name = "KEY[=VALUE]", value_parser = valid::<LabelSelector>)]
    pub labels: Vec<LabelSelector>,
    /// Choose projects of this class: production, staging or development
    #[arg(long, value_parser = valid::<ProjectClass>)]
    pub class: Option<ProjectClass>,
    /// The commit, branch or tag of the schema file that the projects share
    #[arg(long = "ref", value_name = "REF", default_value = "", required_unless_present = "release")]
    pub commit: String,
    /// The repository, where the projects have several
    #[arg(long, value_name = "URL", default_value = "")]
    pub repo: String,
    /// The path of the schema file, where the projects have several
    #[arg(long, default_value = "")]
    pub path: String,
    /// A release instead of a commit: an image, or the file name of a program
    #[arg(long, value_name = "RELEASE", default_value = "", conflicts_with = "commit")]
    pub release: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Projects that are deployed at the same time once the first one is verified: 1 to 8
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub at_once: u8,
    /// How long the first project has to stay healthy, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub bake: u32,
    /// Take no backups first; the newest verified ones have to be young enough
    #[arg(long, conflicts_with = "pause")]
    pub without_backup: bool,
    /// Stop each project before its backup is taken
    #[arg(long)]
    pub pause: bool,
    /// Start the server on a copy of the data first (default: for projects of the class production)
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no)]
    pub rehearse: Option<bool>,
}

impl RolloutArgs {
    /// The draft. The server validates it.
    pub fn draft(&self) -> RolloutDraft {
        let Self { projects, labels, class, commit, repo, path, release, reason, .. } = self.clone();
        RolloutDraft {
            r#ref: commit,
            repo,
            path,
            release,
            projects: projects.iter().map(ToString::to_string).collect(),
            labels: labels.iter().map(ToString::to_string).collect(),
            class: class.map(|class| class.to_string()).unwrap_or_default(),
            reason,
            at_once: self.at_once,
            bake_s: self.bake,
            backup_first: !self.without_backup,
            pause: self.pause,
            rehearse: self.rehearse,
        }
    }
}
