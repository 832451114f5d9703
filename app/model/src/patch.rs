//! Edits of projects: as they are typed, what becomes of them when every field is right, and how they differ from what is
//! there.

mod difference;
mod given;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use self::difference::compare;
pub use self::difference::{EditedField, FieldDifference};
pub(crate) use self::given::{given, nullable};
use crate::draft::{check_aliases, check_env, check_name, check_pool, check_release, optional};
use crate::labels::check_labels;
use crate::{
    EdgeDraft, EdgePolicy, EnvDraft, EnvName, EnvValue, FieldError, Hostname, Labels, LimitsDraft,
    LimitsEdit, PoolSize, Problem, ProjectClass, ReleaseRef, SchemaRef, SchemaRefDraft,
};

/// An edit as it was typed; what is absent stays as it is. `null` clears `hostname` and `release`, and is refused elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProjectPatch {
    /// The generation of the project that the edit was made from. An edit is refused when a wanted field was changed
    /// since. Over HTTP the header `If-Match: "<generation>"` says the same.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
    /// Its display name.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// All of its labels.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Its class. See [`ProjectClass`].
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Its primary name; empty or null: none.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// All of its aliases.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<String>>,
    /// All of its own environment.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, EnvDraft>>,
    /// Another commit of the schema; accepted while the project has never run.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub schema_ref: Option<SchemaRefDraft>,
    /// Another release; empty or null: what the fleet runs now.
    #[serde(default, deserialize_with = "nullable", skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// Other limits; what is absent stays as it is.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub limits: Option<LimitsDraft>,
    /// Connections of its instance's pool. See [`PoolSize`].
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub pool_size: Option<u32>,
    /// Its edge policy as a whole.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub edge: Option<EdgeDraft>,
    /// Deletion protection: while it is on, neither kind of delete is accepted.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub delete_protection: Option<bool>,
}

/// A valid edit. As JSON it has the fields that it names, called and written as those of [`Project`]: what is shown of an edit
/// and what is recorded of it comes from there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProjectEdit {
    /// Its display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// All of its labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// Its class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<ProjectClass>,
    /// Its primary name; `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Option<Hostname>>,
    /// All of its aliases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<Hostname>>,
    /// All of its own environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<EnvName, EnvValue>>,
    /// Another schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema_ref: Option<SchemaRef>,
    /// Another release; `Some(None)`: what the fleet runs now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<Option<ReleaseRef>>,
    /// Other limits. As JSON they are combined with those of the project: see [`ProjectEdit::fields`].
    #[serde(skip)]
    pub limits: LimitsEdit,
    /// Connections of its instance's pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_size: Option<PoolSize>,
    /// Its edge policy as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edge: Option<EdgePolicy>,
    /// Deletion protection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_protection: Option<bool>,
}

impl ProjectPatch {
    /// Whether no field would be changed; the generation alone changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self { generation: self.generation, ..Self::default() }
    }

    /// The valid edit, or all wrong fields together.
    pub fn validate(self) -> Result<ProjectEdit, Problem> {
        // whole, so that a new field is unused until it is validated
        #[rustfmt::skip]
        let Self {
            generation: _, display_name, labels, class, hostname, aliases, env, schema_ref, release, limits, pool_size, edge,
            delete_protection,
        } = self;
        let mut errors = Vec::new();
        let mut edit = ProjectEdit { delete_protection, ..ProjectEdit::default() };
        if let Some(name) = display_name {
            edit.display_name = FieldError::collect(&mut errors, "display_name", check_name(&name));
        }
        edit.labels = labels.and_then(|labels| check_labels(labels, &mut errors));
        edit.class = class.and_then(|class| FieldError::collect(&mut errors, "class", class.parse()));
        if let Some(hostname) = hostname {
            edit.hostname = match optional(&hostname) {
                None => Some(None),
                Some(text) => {
                    FieldError::collect(&mut errors, "hostname", Hostname::try_from(text)).map(Some)
                }
            };
        }
        if let Some(aliases) = aliases {
            let primary = edit.hostname.clone().flatten();
            edit.aliases = Some(check_aliases(aliases, primary.as_ref(), &mut errors));
        }
        if let Some(env) = env {
            edit.env = Some(check_env(env, &mut errors));
        }
        if let Some(draft) = schema_ref {
            edit.schema_ref = draft.validate().map_err(|wrong| errors.extend(wrong)).ok();
        }
        edit.release = release.map(|release| check_release(&release, &mut errors));
        edit.limits = limits.unwrap_or_default().validate(&mut errors);
        edit.pool_size = check_pool(pool_size, &mut errors);
        edit.edge = edge.map(|draft| draft.check("edge", &mut errors));
        if errors.is_empty() { Ok(edit) } else { Err(Problem::invalid(errors)) }
    }
}

impl ProjectEdit {
    /// Whether it only describes the project: no instance, database or route is touched for it.
    pub fn only_describes(&self) -> bool {
        let Self { display_name, labels, class, delete_protection, .. } = self.clone();
        *self == Self { display_name, labels, class, delete_protection, ..Self::default() }
    }

    /// Whether it changes display name, labels, class or deletion protection.
    pub const fn describes(&self) -> bool {
        self.display_name.is_some()
            || self.labels.is_some()
            || self.class.is_some()
            || self.delete_protection.is_some()
    }
}

#[cfg(test)]
mod tests;
