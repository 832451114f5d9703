//! `atomoctl project edit`. Omitted options stay.
//!
//! The API replaces environment and schema reference as a whole, so their omitted parts are taken from the present
//! project.

use std::collections::BTreeMap;

use model::{EnvDraft, SecretDraft};
use model::{EnvValue, LimitsDraft, Project, ProjectPatch, SchemaRef, SchemaRefDraft};
use reqwest::Method;

use crate::args::EditArgs;
use crate::client::Path;
use crate::commands::follow;
use crate::failure::Failure;
use crate::session::Session;

/// Sends the change.
pub async fn run(session: &Session, args: EditArgs) -> Result<(), Failure> {
    let id = args.id.clone();
    let follow = args.follow;
    let path = Path::of(&["projects", id.as_str()]);
    let change = if args.changes_env() || args.changes_schema() {
        let now = session.client.get::<Project>(&path).await?.value;
        let env = if args.changes_env() { Some(env(&args, &now)?) } else { None };
        let schema_ref = args.changes_schema().then(|| schema_ref(&args, &now.schema_ref));
        ProjectPatch { env, schema_ref, ..names(args) }
    } else {
        names(args)
    };
    let taken = session.client.send(Method::PATCH, &path, &change).await?;
    follow::command(session, taken, follow).await
}

fn names(args: EditArgs) -> ProjectPatch {
    let hostname = if args.no_hostname { Some(String::new()) } else { args.hostname };
    let aliases = (args.no_aliases || !args.aliases.is_empty()).then_some(args.aliases);
    let limits = args.limits.draft();
    ProjectPatch {
        display_name: args.display_name,
        hostname,
        aliases,
        server: args.server,
        limits: (limits != LimitsDraft::default()).then_some(limits),
        pool_size: args.pool_size,
        ..ProjectPatch::default()
    }
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
