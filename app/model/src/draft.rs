//! Projects as they are typed, and what becomes of them when every field is right.

mod env;
mod home;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use self::env::check_env;
use self::home::{check_home, check_pool};
use crate::{
    EdgeDraft, EdgePolicy, Email, EnvName, EnvValue, FieldError, Hostname, Invalid, LimitsDraft, LimitsEdit,
    PoolSize, Problem, ProjectId, SchemaRef, SchemaRefDraft, ServerName, ServerRef,
};

/// Whether a new project gets a new database or takes over the kept one of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseChoice {
    /// A new one; refused when a kept one of this name exists.
    New,
    /// The kept one of this id, with its secrets and media.
    Reuse,
}

/// A create as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProjectDraft {
    /// See [`ProjectId`].
    #[serde(default)]
    pub id: String,
    /// Empty: the id.
    #[serde(default)]
    pub display_name: String,
    /// See [`Hostname`]; empty: none.
    #[serde(default)]
    pub hostname: String,
    /// See [`Hostname`].
    #[serde(default)]
    pub aliases: Vec<String>,
    /// See [`SchemaRef`].
    #[serde(default)]
    pub schema_ref: SchemaRefDraft,
    /// See [`EnvName`].
    #[serde(default)]
    pub env: BTreeMap<String, EnvDraft>,
    /// The first admin of the project; its password is generated and shown once.
    #[serde(default)]
    pub admin_email: String,
    /// See [`ServerRef`]; empty: what the fleet runs now.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub server: String,
    /// What its instance may use; what is absent is the fleet's default.
    #[serde(default, skip_serializing_if = "LimitsDraft::is_empty")]
    pub limits: LimitsDraft,
    /// The database server; empty: `default`, or where the kept database is. See [`ServerName`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub database_server: String,
    /// Connections of its instance's pool; the fleet's setting when it is left out. See [`PoolSize`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_size: Option<u32>,
    /// Take over the kept database of this id.
    #[serde(default)]
    pub reuse_database: bool,
}

/// A variable's value as it was typed: a text, or `{"secret": "NAME"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum EnvDraft {
    /// A text.
    Text(String),
    /// The use of a secret.
    Secret(SecretDraft),
}

/// The use of a secret as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SecretDraft {
    /// See [`crate::SecretName`].
    pub secret: String,
}

/// A valid create. Whether its names are free and its commit exists is still to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// Its id.
    pub id: ProjectId,
    /// How people call it.
    pub display_name: String,
    /// Its primary name.
    pub hostname: Option<Hostname>,
    /// Further names.
    pub aliases: Vec<Hostname>,
    /// The wanted schema.
    pub schema_ref: SchemaRef,
    /// Its own environment.
    pub env: BTreeMap<EnvName, EnvValue>,
    /// The first admin of the project.
    pub admin_email: Option<Email>,
    /// The server that it runs; `None`: what the fleet runs now.
    pub server: Option<ServerRef>,
    /// Limits that are not the fleet's defaults.
    pub limits: LimitsEdit,
    /// The database server, where one was named.
    pub database_server: Option<ServerName>,
    /// Connections of its instance's pool, where they were said.
    pub pool_size: Option<PoolSize>,
    /// Which database.
    pub database: DatabaseChoice,
}

impl ProjectDraft {
    /// The valid create, or all wrong fields together.
    pub fn validate(self) -> Result<NewProject, Problem> {
        let mut errors = Vec::new();
        let id = FieldError::collect(&mut errors, "id", ProjectId::try_from(self.id));
        let name = if self.display_name.trim().is_empty() {
            id.as_ref().map(ToString::to_string)
        } else {
            FieldError::collect(&mut errors, "display_name", check_name(&self.display_name))
        };
        let hostname = optional(&self.hostname)
            .and_then(|text| FieldError::collect(&mut errors, "hostname", Hostname::try_from(text)));
        let aliases = check_aliases(self.aliases, hostname.as_ref(), &mut errors);
        let schema_ref = self.schema_ref.validate().map_err(|wrong| errors.extend(wrong)).ok();
        let env = check_env(self.env, &mut errors);
        let admin_email = optional(&self.admin_email)
            .and_then(|text| FieldError::collect(&mut errors, "admin_email", Email::try_from(text)));
        let server = check_server(&self.server, &mut errors);
        let limits = self.limits.validate(&mut errors);
        let (database_server, pool_size) = check_home(&self.database_server, self.pool_size, &mut errors);
        let database = if self.reuse_database { DatabaseChoice::Reuse } else { DatabaseChoice::New };
        match (id, name, schema_ref) {
            (Some(id), Some(display_name), Some(schema_ref)) if errors.is_empty() => {
                #[rustfmt::skip]
                let new = NewProject {
                    id, display_name, hostname, aliases, schema_ref, env, admin_email, server, limits,
                    database_server, pool_size, database,
                };
                Ok(new)
            }
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// An edit as it was typed; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProjectPatch {
    /// How people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Its primary name; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// All further names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<String>>,
    /// All of its own environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, EnvDraft>>,
    /// Another commit of the schema; accepted while the project has never run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_ref: Option<SchemaRefDraft>,
    /// Another server; empty: what the fleet runs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Other limits; what is absent stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<LimitsDraft>,
    /// Connections of its instance's pool. See [`PoolSize`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_size: Option<u32>,
    /// All that it says of the public entrance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<EdgeDraft>,
}

/// A valid edit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectEdit {
    /// How people call it.
    pub display_name: Option<String>,
    /// Its primary name; `Some(None)` takes it away.
    pub hostname: Option<Option<Hostname>>,
    /// All further names.
    pub aliases: Option<Vec<Hostname>>,
    /// All of its own environment.
    pub env: Option<BTreeMap<EnvName, EnvValue>>,
    /// Another schema.
    pub schema_ref: Option<SchemaRef>,
    /// Another server; `Some(None)`: what the fleet runs now.
    pub server: Option<Option<ServerRef>>,
    /// Other limits.
    pub limits: LimitsEdit,
    /// Connections of its instance's pool.
    pub pool_size: Option<PoolSize>,
    /// All that it says of the public entrance.
    pub edge: Option<EdgePolicy>,
}

impl ProjectPatch {
    /// The valid edit, or all wrong fields together.
    pub fn validate(self) -> Result<ProjectEdit, Problem> {
        let mut errors = Vec::new();
        let mut edit = ProjectEdit::default();
        if let Some(name) = self.display_name {
            edit.display_name = FieldError::collect(&mut errors, "display_name", check_name(&name));
        }
        if let Some(hostname) = self.hostname {
            edit.hostname = match optional(&hostname) {
                None => Some(None),
                Some(text) => {
                    FieldError::collect(&mut errors, "hostname", Hostname::try_from(text)).map(Some)
                }
            };
        }
        if let Some(aliases) = self.aliases {
            let primary = edit.hostname.clone().flatten();
            edit.aliases = Some(check_aliases(aliases, primary.as_ref(), &mut errors));
        }
        if let Some(env) = self.env {
            edit.env = Some(check_env(env, &mut errors));
        }
        if let Some(draft) = self.schema_ref {
            edit.schema_ref = draft.validate().map_err(|wrong| errors.extend(wrong)).ok();
        }
        edit.server = self.server.map(|server| check_server(&server, &mut errors));
        edit.limits = self.limits.unwrap_or_default().validate(&mut errors);
        edit.pool_size = check_pool(self.pool_size, &mut errors);
        edit.edge = self.edge.map(|draft| draft.check("edge", &mut errors));
        if errors.is_empty() { Ok(edit) } else { Err(Problem::invalid(errors)) }
    }
}

fn check_server(text: &str, errors: &mut Vec<FieldError>) -> Option<ServerRef> {
    optional(text).and_then(|text| FieldError::collect(errors, "server", ServerRef::try_from(text)))
}

fn optional(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn check_name(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str = "1 to 80 characters without control characters";
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new("A name is needed.", ACCEPTED));
    }
    if text.chars().count() > 80 || text.chars().any(char::is_control) {
        return Err(Invalid::new("This name is not accepted.", ACCEPTED));
    }
    Ok(text.to_owned())
}

fn check_aliases(
    texts: Vec<String>,
    primary: Option<&Hostname>,
    errors: &mut Vec<FieldError>,
) -> Vec<Hostname> {
    let mut seen: BTreeSet<Hostname> = primary.cloned().into_iter().collect();
    let mut aliases = Vec::with_capacity(texts.len());
    for (index, text) in texts.into_iter().enumerate() {
        let field = format!("aliases.{index}");
        let Some(alias) = FieldError::collect(errors, &field, Hostname::try_from(text)) else { continue };
        if seen.insert(alias.clone()) {
            aliases.push(alias);
        } else {
            let fault = Invalid::new(format!("{alias} is listed twice."), "each name once");
            errors.push(FieldError::new(field, fault));
        }
    }
    aliases
}
