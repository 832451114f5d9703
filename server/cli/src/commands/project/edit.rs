//! `atomoctl project edit`. Omitted options stay.
//!
//! The API replaces environment and schema reference as a whole, so their omitted parts are taken from the present
//! project, and the edit is sent with its generation.

use std::collections::BTreeMap;

use model::{EnvDraft, SecretDraft};
use model::{EnvValue, LabelKey, LabelValue, LimitsDraft, Project, ProjectPatch, SchemaRef, SchemaRefDraft};

use super::send;
use crate::args::{EditArgs, LabelChange};
use crate::commands::follow;
use crate::failure::Failure;
use crate::session::Session;

/// Sends the change.
pub async fn run(session: &Session, args: EditArgs) -> Result<(), Failure> {
    let taken = send::edit(session, &args.id, |now| patch(&args, now).map(Some)).await?;
    match taken {
        Some(taken) => follow::command(session, taken, args.follow).await,
        None => Ok(()),
    }
}

/// The edit of the project as it is now: the fields that were typed, and no other.
fn patch(args: &EditArgs, now: &Project) -> Result<ProjectPatch, Failure> {
    let hostname = if args.no_hostname { Some(String::new()) } else { args.hostname.clone() };
    let aliases = (args.no_aliases || !args.aliases.is_empty()).then(|| args.aliases.clone());
    let limits = args.limits.clone().draft();
    Ok(ProjectPatch {
        generation: None,
        display_name: args.display_name.clone(),
        labels: if args.labels.is_empty() { None } else { Some(labels(args, now)?) },
        class: args.class.clone(),
        hostname,
        aliases,
        env: if args.changes_env() { Some(env(args, now)?) } else { None },
        schema_ref: args.changes_schema().then(|| schema_ref(args, &now.schema_ref)),
        release: args.release.clone(),
        limits: (limits != LimitsDraft::default()).then_some(limits),
        pool_size: args.pool_size,
        edge: None,
    })
}

/// The labels after the changes. Removing a label that is not there is an error, as for a variable.
fn labels(args: &EditArgs, now: &Project) -> Result<BTreeMap<String, String>, Failure> {
    let text = |(key, value): (&LabelKey, &LabelValue)| (key.to_string(), value.to_string());
    let mut labels: BTreeMap<String, String> = now.labels.iter().map(text).collect();
    for change in &args.labels {
        match change {
            LabelChange::Set(key, value) => drop(labels.insert(key.clone(), value.clone())),
            LabelChange::Remove(key) => {
                if labels.remove(key).is_none() {
                    let fault = format!("{} has no label {key}. Nothing was changed.", args.id);
                    return Err(Failure::Usage(fault));
                }
            }
        }
    }
    Ok(labels)
}

fn schema_ref(args: &EditArgs, now: &SchemaRef) -> SchemaRefDraft {
    SchemaRefDraft {
        r#type: "git".into(),
        repo: args.repo.clone().unwrap_or_else(|| now.repo().to_string()),
        path: args.path.clone().unwrap_or_else(|| now.path().to_string()),
        r#ref: args.commit.clone().unwrap_or_else(|| now.commit().to_string()),
    }
}

fn env(args: &EditArgs, now: &Project) -> Result<BTreeMap<String, EnvDraft>, Failure> {
    let draft = |value: &EnvValue| match value {
        EnvValue::Text(text) => EnvDraft::Text(text.clone()),
        EnvValue::Secret(used) => EnvDraft::Secret(SecretDraft { secret: used.secret.to_string() }),
    };
    let mut env: BTreeMap<String, EnvDraft> =
        now.env.iter().map(|(name, value)| (name.to_string(), draft(value))).collect();
    for name in &args.unset {
        if env.remove(name).is_none() {
            let fault = format!("{} has no variable {name}. Nothing was changed.", args.id);
            return Err(Failure::Usage(fault));
        }
    }
    env.extend(args.env.clone().drafts());
    Ok(env)
}
