//! Forms of a project as typed, and the drafts and patches made from them. The control plane validates these.

pub(crate) mod deletion;
pub(crate) mod description;
mod duplicate;
pub(crate) mod env_text;
mod labels;
pub(crate) mod limits;
pub(crate) mod release;

use model::{FieldError, PoolSize, Problem, Project, ProjectDraft, ProjectPatch, SchemaRef, SchemaRefDraft};
use serde::{Deserialize, Serialize};

use super::env::text::all_drafts;
use super::env::{EnvRow, drafts, rows};
use crate::address::Query;
use description::DescriptionForm;
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
    pub(crate) description: DescriptionForm,
    pub(crate) schema: SchemaForm,
    pub(crate) env: Vec<EnvRow>,
    /// Variables beside those of the rows, as text.
    pub(crate) env_text: String,
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
    /// `volume` where a file is followed; anything else: a commit.
    pub(crate) source: String,
    /// The file that is followed; empty: the one in the project's own folder.
    pub(crate) volume: String,
}

/// A commit of a repository as the schema.
pub(crate) const GIT: &str = "git";
/// A file that is followed as the schema.
pub(crate) const VOLUME: &str = "volume";

/// The form that changes the commit.
pub(crate) type CommitForm = SchemaForm;

/// The form that changes display name, hostname, aliases and description.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EditForm {
    pub(crate) display_name: String,
    pub(crate) hostname: String,
    /// One hostname a line.
    pub(crate) aliases: String,
    pub(crate) description: DescriptionForm,
}

/// The form that replaces the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct EnvForm {
    pub(crate) env: Vec<EnvRow>,
}

/// The form that changes the connection pool size.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PoolForm {
    pub(crate) pool_size: String,
}

impl CreateForm {
    /// The form that a link to the page fills in through the query.
    pub(crate) fn from_query(query: &Query) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        Self {
            id: get("id"),
            display_name: get("display_name"),
            hostname: get("hostname"),
            description: DescriptionForm::from_query(query),
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

    /// The draft of the fields that are read here: description, environment and pool size. Or all their field errors. An
    /// empty pool size is `None`.
    fn parsed(&self) -> Result<ProjectDraft, Problem> {
        let pool = Some(self.pool_size.trim()).filter(|pool| !pool.is_empty()).map(str::parse::<PoolSize>);
        let pool = pool.transpose().map_err(|fault| FieldError::new("pool_size", fault));
        match (self.description.draft(), all_drafts(&self.env, &self.env_text), pool) {
            (Ok(described), Ok(env), Ok(pool)) => {
                Ok(ProjectDraft { env, pool_size: pool.map(PoolSize::get), ..described })
            }
            (described, env, pool) => {
                let mut errors = env.err().unwrap_or_default();
                errors.extend(pool.err().into_iter().chain(described.err()));
                Err(Problem::invalid(errors))
            }
        }
    }

    /// The draft, or the field errors.
    pub(crate) fn draft(&self) -> Result<ProjectDraft, Problem> {
        Ok(ProjectDraft {
            id: self.id.trim().to_owned(),
            display_name: self.display_name.clone(),
            hostname: self.hostname.clone(),
            aliases: lines(&self.aliases),
            schema_ref: self.schema.draft(),
            admin_email: self.admin_email.clone(),
            release: self.release.clone(),
            limits: self.limits.draft(),
            database_server: self.database_server.clone(),
            reuse_database: self.reuse == "true",
            ..self.parsed()?
        })
    }
}

impl SchemaForm {
    /// The present schema of a project, with its commit as the picked one.
    pub(crate) fn of(schema: &SchemaRef) -> Self {
        Self {
            repo: schema.repo().map(ToString::to_string).unwrap_or_default(),
            path: schema.git().map(|(_, path)| path.to_string()).unwrap_or_default(),
            commit: String::new(),
            picked: schema.git().map(|_| schema.commit().to_string()).unwrap_or_default(),
            volume: schema.volume().map(ToString::to_string).unwrap_or_default(),
            source: if schema.is_volume() { VOLUME } else { GIT }.to_owned(),
        }
    }

    /// The draft with the typed commit, else the picked one.
    pub(crate) fn draft(&self) -> SchemaRefDraft {
        if self.source == VOLUME {
            return SchemaRefDraft::of_volume(self.volume.trim());
        }
        let commit = if self.commit.trim().is_empty() { &self.picked } else { &self.commit };
        SchemaRefDraft {
            r#type: "git".into(),
            repo: self.repo.clone(),
            path: self.path.clone(),
            r#ref: commit.clone(),
        }
    }

    /// A patch of the schema alone.
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
            description: DescriptionForm::of(project),
        }
    }

    /// A patch of these fields alone, or the field error.
    pub(crate) fn patch(&self) -> Result<ProjectPatch, Problem> {
        let described = self.description.patch().map_err(|fault| Problem::invalid(vec![fault]))?;
        Ok(ProjectPatch {
            display_name: Some(self.display_name.clone()),
            hostname: Some(self.hostname.clone()),
            aliases: Some(lines(&self.aliases)),
            ..described
        })
    }
}

impl EnvForm {
    /// The present environment of a project.
    pub(crate) fn of(project: &Project) -> Self {
        Self { env: rows(&project.env) }
    }

    /// A patch of the environment alone, or the field errors.
    pub(crate) fn patch(&self) -> Result<ProjectPatch, Problem> {
        let env = drafts(&self.env).map_err(Problem::invalid)?;
        Ok(ProjectPatch { env: Some(env), ..ProjectPatch::default() })
    }
}

impl PoolForm {
    /// The present pool size of a project.
    pub(crate) fn of(project: &Project) -> Self {
        Self { pool_size: project.pool_size.to_string() }
    }

    /// A patch of the pool size alone, or the field error. An empty field is one.
    pub(crate) fn patch(&self) -> Result<ProjectPatch, Problem> {
        let size: PoolSize = self
            .pool_size
            .parse()
            .map_err(|fault| Problem::invalid(vec![FieldError::new("pool_size", fault)]))?;
        Ok(ProjectPatch { pool_size: Some(size.get()), ..ProjectPatch::default() })
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
