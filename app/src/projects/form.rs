//! What is typed about a project, and what it becomes. The browser judges it by the very constructors that the server uses.

use std::collections::BTreeMap;

use leptos_router::params::ParamsMap;
use model::{
    EnvDraft, FieldError, PoolSize, Problem, Project, ProjectDraft, ProjectPatch, SchemaRef, SchemaRefDraft,
};
use serde::{Deserialize, Serialize};

use super::env::{EnvRow, drafts, rows};
use super::limits::LimitsForm;

/// A create as it was typed. The names of its fields are `form[id]` and so on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CreateForm {
    pub(crate) id: String,
    pub(crate) display_name: String,
    pub(crate) hostname: String,
    /// One a line.
    pub(crate) aliases: String,
    pub(crate) schema: SchemaForm,
    pub(crate) env: Vec<EnvRow>,
    pub(crate) admin_email: String,
    /// Empty: what the fleet runs.
    pub(crate) server: String,
    pub(crate) limits: LimitsForm,
    /// Empty: `default`, or where the kept database is.
    pub(crate) database_server: String,
    /// Empty: what the fleet's setting says.
    pub(crate) pool_size: String,
    /// `true` when the kept database is taken over.
    pub(crate) reuse: String,
}

/// Where a schema comes from, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SchemaForm {
    pub(crate) repo: String,
    pub(crate) path: String,
    /// Typed; wins over what was picked.
    pub(crate) commit: String,
    /// Picked from the list.
    pub(crate) picked: String,
}

/// Another commit, as it was typed.
pub(crate) type CommitForm = SchemaForm;

/// An edit as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EditForm {
    pub(crate) display_name: String,
    pub(crate) hostname: String,
    /// One a line.
    pub(crate) aliases: String,
    pub(crate) env: Vec<EnvRow>,
    pub(crate) pool_size: String,
}

impl CreateForm {
    /// What the address asks for: a link to this page may fill it in.
    pub(crate) fn from_query(query: &ParamsMap) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        Self {
            id: get("id"),
            display_name: get("display_name"),
            hostname: get("hostname"),
            schema: SchemaForm {
                repo: get("repo"),
                path: get("path"),
                commit: get("commit"),
                ..SchemaForm::default()
            },
            admin_email: get("admin_email"),
            database_server: get("database_server"),
            pool_size: get("pool_size"),
            reuse: get("reuse"),
            ..Self::default()
        }
    }

    /// The draft, or what is wrong with the rows of the environment or the pool.
    pub(crate) fn draft(&self) -> Result<ProjectDraft, Problem> {
        let (env, pool_size) = env_and_pool(&self.env, &self.pool_size)?;
        Ok(ProjectDraft {
            id: self.id.trim().to_owned(),
            display_name: self.display_name.clone(),
            hostname: self.hostname.clone(),
            aliases: lines(&self.aliases),
            schema_ref: self.schema.draft(),
            env,
            admin_email: self.admin_email.clone(),
            server: self.server.clone(),
            limits: self.limits.draft(),
            database_server: self.database_server.clone(),
            pool_size,
            reuse_database: self.reuse == "true",
        })
    }

    /// What the browser can tell before anything is sent.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let wrong = self.draft().and_then(|draft| draft.validate().map(drop));
        wrong.or_else(|problem| {
            leave_to_the_server(problem, &[&self.hostname, &self.aliases, &self.schema.commit])
        })
    }
}

impl SchemaForm {
    /// The schema of a project as it is: its commit is picked, so that another pick takes its place.
    pub(crate) fn of(schema: &SchemaRef) -> Self {
        Self {
            repo: schema.repo().to_string(),
            path: schema.path().to_string(),
            commit: String::new(),
            picked: schema.commit().to_string(),
        }
    }

    /// What a form of this page sent to load commits, without scripts; `None` when it did not.
    pub(crate) fn from_query(query: &ParamsMap) -> Option<Self> {
        let get = |name: &str| query.get(&format!("form[{name}]"));
        Some(Self {
            repo: get("repo")?,
            path: get("path")?,
            commit: get("commit").unwrap_or_default(),
            picked: get("picked").unwrap_or_default(),
        })
    }

    /// The typed commit, or the picked one.
    pub(crate) fn draft(&self) -> SchemaRefDraft {
        let commit = if self.commit.trim().is_empty() { &self.picked } else { &self.commit };
        SchemaRefDraft {
            r#type: "git".into(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            r#ref: commit.clone(),
        }
    }

    /// The schema alone.
    #[cfg(feature = "ssr")]
    pub(crate) fn patch(&self) -> ProjectPatch {
        ProjectPatch { schema_ref: Some(self.draft()), ..ProjectPatch::default() }
    }
}

impl EditForm {
    /// The project as it is.
    pub(crate) fn of(project: &Project) -> Self {
        Self {
            display_name: project.display_name.clone(),
            hostname: project.hostname.as_ref().map(ToString::to_string).unwrap_or_default(),
            aliases: project.aliases.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            env: rows(&project.env),
            pool_size: project.pool_size.to_string(),
        }
    }

    /// The patch, or what is wrong with the rows of the environment or the pool.
    pub(crate) fn patch(&self) -> Result<ProjectPatch, Problem> {
        let (env, pool_size) = env_and_pool(&self.env, &self.pool_size)?;
        Ok(ProjectPatch {
            display_name: Some(self.display_name.clone()),
            hostname: Some(self.hostname.clone()),
            aliases: Some(lines(&self.aliases)),
            env: Some(env),
            schema_ref: None,
            server: None,
            limits: None,
            pool_size,
            edge: None,
        })
    }

    /// What the browser can tell before anything is sent.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let wrong = self.patch().and_then(|patch| patch.validate().map(drop));
        wrong.or_else(|problem| leave_to_the_server(problem, &[&self.hostname, &self.aliases, ""]))
    }
}

/// The environment and the pool as they were typed, or everything that is wrong with both. An empty pool is none.
fn env_and_pool(env: &[EnvRow], pool: &str) -> Result<(BTreeMap<String, EnvDraft>, Option<u32>), Problem> {
    let pool = Some(pool.trim()).filter(|pool| !pool.is_empty()).map(str::parse::<PoolSize>).transpose();
    let pool = pool.map_err(|fault| FieldError::new("pool_size", fault));
    match (drafts(env), pool) {
        (Ok(env), Ok(pool)) => Ok((env, pool.map(PoolSize::get))),
        (env, pool) => {
            let mut errors = env.err().unwrap_or_default();
            errors.extend(pool.err());
            Err(Problem::invalid(errors))
        }
    }
}

/// Names outside ASCII are brought into their registered form by the server, and it knows which commit a branch names:
/// those faults are its to tell.
fn leave_to_the_server(problem: Problem, [hostname, aliases, commit]: &[&str; 3]) -> Result<(), Problem> {
    let errors: Vec<FieldError> = problem
        .errors
        .into_iter()
        .filter(|error| match error.field.as_str() {
            "hostname" => hostname.is_ascii(),
            "schema_ref.ref" => commit.trim().is_empty(),
            field if field.starts_with("aliases.") => aliases.is_ascii(),
            _ => true,
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The hostname that is suggested for an id: it works on the machine itself, without any name server.
pub(crate) fn suggested_hostname(id: &str) -> String {
    let id = id.trim();
    if id.is_empty() { String::new() } else { format!("{id}.localhost") }
}

#[cfg(test)]
mod tests;
