//! Projects as they are typed, and what becomes of them when every field is right.

mod env;
mod home;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use self::env::check_env;
use self::home::check_home;
pub(crate) use self::home::check_pool;
use crate::labels::check_labels;
use crate::{
    DatabaseServerName, Email, EnvName, EnvValue, FieldError, Hostname, Invalid, Labels, LimitsDraft,
    LimitsEdit, PoolSize, Problem, ProjectClass, ProjectId, ReleaseRef, SchemaRef, SchemaRefDraft,
};

/// Whether a new project gets a new database or takes over the retained one of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseChoice {
    /// A new one; refused when a retained one of this name exists.
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
    /// Labels by key. See [`crate::LabelKey`] and [`crate::LabelValue`]; at most 32.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// See [`ProjectClass`]; empty: `production`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub class: String,
    /// See [`SchemaRef`].
    #[serde(default)]
    pub schema_ref: SchemaRefDraft,
    /// See [`EnvName`].
    #[serde(default)]
    pub env: BTreeMap<String, EnvDraft>,
    /// The first admin of the project; its password is generated and shown once.
    #[serde(default)]
    pub admin_email: String,
    /// See [`ReleaseRef`]; empty: what the fleet runs now.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub release: String,
    /// What its instance may use; what is absent is the fleet's default.
    #[serde(default, skip_serializing_if = "LimitsDraft::is_empty")]
    pub limits: LimitsDraft,
    /// The database server; empty: `default`, or where the retained database is. See [`DatabaseServerName`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub database_server: String,
    /// Connections of its instance's pool; the fleet's setting when it is left out. See [`PoolSize`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_size: Option<u32>,
    /// Take over the retained database of this id.
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

/// A valid create. Whether its names are free and its commit exists is still to be looked up. As JSON it is what is recorded
/// of the create, so the environment and what the project has by default are not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewProject {
    /// Its id.
    #[serde(skip)]
    pub id: ProjectId,
    /// Its display name.
    #[serde(skip)]
    pub display_name: String,
    /// Its labels.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
    /// Its class.
    pub class: ProjectClass,
    /// Its primary name.
    pub hostname: Option<Hostname>,
    /// Its aliases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Hostname>,
    /// The wanted schema.
    pub schema_ref: SchemaRef,
    /// Its own environment.
    #[serde(skip)]
    pub env: BTreeMap<EnvName, EnvValue>,
    /// The first admin of the project.
    #[serde(skip)]
    pub admin_email: Option<Email>,
    /// The release that it runs; `None`: what the fleet runs now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseRef>,
    /// Limits that are not the fleet's defaults.
    #[serde(skip)]
    pub limits: LimitsEdit,
    /// The database server, where one was named.
    #[serde(skip)]
    pub database_server: Option<DatabaseServerName>,
    /// Connections of its instance's pool, where they were said.
    #[serde(skip)]
    pub pool_size: Option<PoolSize>,
    /// Which database.
    #[serde(skip)]
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
        let labels = check_labels(self.labels, &mut errors);
        let class = check_class(&self.class, &mut errors).unwrap_or_default();
        let hostname = optional(&self.hostname)
            .and_then(|text| FieldError::collect(&mut errors, "hostname", Hostname::try_from(text)));
        let aliases = check_aliases(self.aliases, hostname.as_ref(), &mut errors);
        let schema_ref = self.schema_ref.validate().map_err(|wrong| errors.extend(wrong)).ok();
        let env = check_env(self.env, &mut errors);
        let admin_email = optional(&self.admin_email)
            .and_then(|text| FieldError::collect(&mut errors, "admin_email", Email::try_from(text)));
        let release = check_release(&self.release, &mut errors);
        let limits = self.limits.validate(&mut errors);
        let (database_server, pool_size) = check_home(&self.database_server, self.pool_size, &mut errors);
        let database = if self.reuse_database { DatabaseChoice::Reuse } else { DatabaseChoice::New };
        match (id, name, labels, schema_ref) {
            (Some(id), Some(display_name), Some(labels), Some(schema_ref)) if errors.is_empty() => {
                #[rustfmt::skip]
                let new = NewProject {
                    id, display_name, labels, class, hostname, aliases, schema_ref, env, admin_email, release,
                    limits, database_server, pool_size, database,
                };
                Ok(new)
            }
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// The typed class; `None` for an empty text, or for one that is wrong and was added to the errors.
pub(crate) fn check_class(text: &str, errors: &mut Vec<FieldError>) -> Option<ProjectClass> {
    optional(text).and_then(|text| FieldError::collect(errors, "class", ProjectClass::try_from(text)))
}

pub(crate) fn check_release(text: &str, errors: &mut Vec<FieldError>) -> Option<ReleaseRef> {
    optional(text).and_then(|text| FieldError::collect(errors, "release", ReleaseRef::try_from(text)))
}

pub(crate) fn optional(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

pub(crate) fn check_name(text: &str) -> Result<String, Invalid> {
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

pub(crate) fn check_aliases(
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
