//! Forms of a project as typed, and the drafts made from them. The browser validates with the same constructors as the
//! server.

pub(crate) mod deletion;
pub(crate) mod limits;
pub(crate) mod release;

use std::collections::BTreeMap;

use leptos_router::params::ParamsMap;
use model::{
    EnvDraft, FieldError, PoolSize, Problem, Project, ProjectDraft, ProjectPatch, SchemaRef, SchemaRefDraft,
};
use serde::{Deserialize, Serialize};

use super::env::{EnvRow, drafts, rows};
use limits::LimitsForm;

/// The create form. Field names are `form[id]` and so on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct CreateForm {
    pub(crate) id: String,
    pub(crate) display_name: String,
    pub(crate) hostname: String,
    /// One hostname a line.
    pub(crate) aliases: String,
    pub(crate) schema: SchemaForm,
    pub(crate) env: Vec<EnvRow>,
    pub(crate) admin_email: String,
    /// Empty: the fleet's release.
    pub(crate) release: String,
    pub(crate) limits: LimitsForm,
    /// Empty: `default`, or the server of the retained database.
    pub(crate) database_server: String,
    /// Empty: the fleet's default.
    pub(crate) pool_size: String,
    /// `true` to reuse the retained database.
    pub(crate) reuse: String,
}

/// The schema fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SchemaForm {
    pub(crate) repo: String,
    pub(crate) path: String,
    /// The typed commit; takes precedence over `picked`.
    pub(crate) commit: String,
    /// The commit picked from the list.
    pub(crate) picked: String,
}

/// The form that changes the commit.
pub(crate) type CommitForm = SchemaForm;

/// The edit form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EditForm {
    pub(crate) display_name: String,
    pub(crate) hostname: String,
    /// One hostname a line.
    pub(crate) aliases: String,
    pub(crate) env: Vec<EnvRow>,
    pub(crate) pool_size: String,
}

impl CreateForm {
    /// The form that a link to the page fills in through the query.
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

    /// The draft, or the field errors.
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
            release: self.release.clone(),
            limits: self.limits.draft(),
            database_server: self.database_server.clone(),
            pool_size,
            reuse_database: self.reuse == "true",
        })
    }

    /// Validates in the browser.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let wrong = self.draft().and_then(|draft| draft.validate().map(drop));
        wrong.or_else(|problem| {
            leave_to_the_server(problem, &[&self.hostname, &self.aliases, &self.schema.commit])
        })
    }
}

impl SchemaForm {
    /// The present schema of a project, with its commit as the picked one.
    pub(crate) fn of(schema: &SchemaRef) -> Self {
        Self {
            repo: schema.repo().to_string(),
            path: schema.path().to_string(),
            commit: String::new(),
            picked: schema.commit().to_string(),
        }
    }

    /// The form that this page sent to load commits without JavaScript; `None` for other requests.
    pub(crate) fn from_query(query: &ParamsMap) -> Option<Self> {
        let get = |name: &str| query.get(&format!("form[{name}]"));
        Some(Self {
            repo: get("repo")?,
            path: get("path")?,
            commit: get("commit").unwrap_or_default(),
            picked: get("picked").unwrap_or_default(),
        })
    }

    /// The draft with the typed commit, else the picked one.
    pub(crate) fn draft(&self) -> SchemaRefDraft {
        let commit = if self.commit.trim().is_empty() { &self.picked } else { &self.commit };
        SchemaRefDraft {
            r#type: "git".into(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            r#ref: commit.clone(),
        }
    }

    /// A patch of the schema alone.
    #[cfg(feature = "ssr")]
    pub(crate) fn patch(&self) -> ProjectPatch {
        ProjectPatch { schema_ref: Some(self.draft()), ..ProjectPatch::default() }
    }
}

impl EditForm {
    /// The present values of a project.
    pub(crate) fn of(project: &Project) -> Self {
        Self {
            display_name: project.display_name.clone(),
            hostname: project.hostname.as_ref().map(ToString::to_string).unwrap_or_default(),
            aliases: project.aliases.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            env: rows(&project.env),
            pool_size: project.pool_size.to_string(),
        }
    }

    /// The patch, or the field errors.
    pub(crate) fn patch(&self) -> Result<ProjectPatch, Problem> {
        let (env, pool_size) = env_and_pool(&self.env, &self.pool_size)?;
        Ok(ProjectPatch {
            display_name: Some(self.display_name.clone()),
            hostname: Some(self.hostname.clone()),
            aliases: Some(lines(&self.aliases)),
            env: Some(env),
            pool_size,
            ..ProjectPatch::default()
        })
    }

    /// Validates in the browser.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let wrong = self.patch().and_then(|patch| patch.validate().map(drop));
        wrong.or_else(|problem| leave_to_the_server(problem, &[&self.hostname, &self.aliases, ""]))
    }
}

/// The environment and the pool size, or all their field errors. An empty pool size is `None`.
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

/// Drops errors that only the server can judge: it converts hostnames outside ASCII to their registered form, and knows
/// the commit of a branch.
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

/// The hostname suggested for an id. It resolves on the machine itself without DNS.
pub(crate) fn suggested_hostname(id: &str) -> String {
    let id = id.trim();
    if id.is_empty() { String::new() } else { format!("{id}.localhost") }
}

#[cfg(test)]
mod tests;
