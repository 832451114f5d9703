//! `atomoctl project edit`: its options, and the patch made of them.
//!
//! The API replaces environment and schema reference as a whole, so their omitted parts are taken from the present project.

use std::collections::BTreeMap;

use clap::{ArgGroup, Args};
use model::{
    EnvDraft, EnvValue, LabelKey, LabelValue, LimitsDraft, Project, ProjectId, ProjectPatch, SchemaRef,
    SchemaRefDraft, SecretDraft,
};

use super::{EnvArgs, LimitArgs};
use crate::args::labels::LabelChange;
use crate::args::{Follow, valid};

/// Arguments of `project edit`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true).args([
    "display_name", "labels", "class", "hostname", "no_hostname", "aliases", "no_aliases", "texts", "secrets", "unset", "repo", "path",
    "commit", "volume", "release", "memory", "cpu", "pids", "restarts", "pool_size", "delete_protection",
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
    /// The repository of the schema; only while the project has never run, or follows a file
    #[arg(long, value_name = "URL")]
    pub repo: Option<String>,
    /// The schema file; only while the project has never run, or follows a file
    #[arg(long)]
    pub path: Option<String>,
    /// The commit; only while the project has never run, or follows a file
    #[arg(long = "ref", value_name = "SHA")]
    pub commit: Option<String>,
    /// Follow a file of the control plane's machine in development, not a commit; no class production. Without a path: the file
    /// in the project's own folder
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["repo", "path", "commit"])]
    pub volume: Option<String>,
    /// The release: an image, or the file name of a program; empty: the fleet's present release
    #[arg(long, value_name = "RELEASE")]
    pub release: Option<String>,
    /// The limits; omitted ones stay
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Connection pool size of the instance
    #[arg(long, value_name = "CONNECTIONS")]
    pub pool_size: Option<u32>,
    /// Deletion protection: while it is on, neither kind of delete is accepted
    #[arg(long, value_name = "on|off")]
    pub delete_protection: Option<Switch>,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl EditArgs {
    /// The edit of the project as it is now: the fields that were typed, and no other.
    pub fn patch(&self, now: &Project) -> Result<ProjectPatch, String> {
        let hostname = if self.no_hostname { Some(String::new()) } else { self.hostname.clone() };
        let aliases = (self.no_aliases || !self.aliases.is_empty()).then(|| self.aliases.clone());
        let limits = self.limits.clone().draft();
        Ok(ProjectPatch {
            generation: None,
            display_name: self.display_name.clone(),
            labels: if self.labels.is_empty() { None } else { Some(labels(self, now)?) },
            class: self.class.clone(),
            hostname,
            aliases,
            env: if self.changes_env() { Some(env(self, now)?) } else { None },
            schema_ref: self.changes_schema().then(|| schema_ref(self, &now.schema_ref)),
            release: self.release.clone(),
            limits: (limits != LimitsDraft::default()).then_some(limits),
            pool_size: self.pool_size,
            edge: None,
            delete_protection: self.delete_protection.map(|switch| switch == Switch::On),
        })
    }

    /// Whether the schema reference changes.
    fn changes_schema(&self) -> bool {
        self.volume.is_some() || self.repo.is_some() || self.path.is_some() || self.commit.is_some()
    }

    /// Whether an environment variable changes.
    fn changes_env(&self) -> bool {
        !self.env.is_empty() || !self.unset.is_empty()
    }
}

/// The labels after the changes. Removing a label that is not there is an error, as for a variable.
fn labels(args: &EditArgs, now: &Project) -> Result<BTreeMap<String, String>, String> {
    let text = |(key, value): (&LabelKey, &LabelValue)| (key.to_string(), value.to_string());
    let mut labels: BTreeMap<String, String> = now.labels.iter().map(text).collect();
    for change in &args.labels {
        match change {
            LabelChange::Set(key, value) => drop(labels.insert(key.clone(), value.clone())),
            LabelChange::Remove(key) => {
                if labels.remove(key).is_none() {
                    let fault = format!("{} has no label {key}. Nothing was changed.", args.id);
                    return Err(fault);
                }
            }
        }
    }
    Ok(labels)
}

fn schema_ref(args: &EditArgs, now: &SchemaRef) -> SchemaRefDraft {
    if let Some(path) = &args.volume {
        return SchemaRefDraft::of_volume(path);
    }
    // nothing of a file that was followed is part of a repository
    let present = if now.is_volume() { SchemaRefDraft::default() } else { now.draft() };
    SchemaRefDraft {
        r#type: "git".into(),
        repo: args.repo.clone().unwrap_or(present.repo),
        path: args.path.clone().unwrap_or(present.path),
        r#ref: args.commit.clone().unwrap_or(present.r#ref),
    }
}

fn env(args: &EditArgs, now: &Project) -> Result<BTreeMap<String, EnvDraft>, String> {
    let draft = |value: &EnvValue| match value {
        EnvValue::Text(text) => EnvDraft::Text(text.clone()),
        EnvValue::Secret(used) => EnvDraft::Secret(SecretDraft { secret: used.secret.to_string() }),
    };
    let mut env: BTreeMap<String, EnvDraft> =
        now.env.iter().map(|(name, value)| (name.to_string(), draft(value))).collect();
    for name in &args.unset {
        if env.remove(name).is_none() {
            let fault = format!("{} has no variable {name}. Nothing was changed.", args.id);
            return Err(fault);
        }
    }
    env.extend(args.env.clone().drafts());
    Ok(env)
}
