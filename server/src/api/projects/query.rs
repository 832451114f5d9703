//! The parameters of the list of projects: filters and cursor. `label` may be repeated, and `serde_urlencoded` cannot
//! deserialize repeated keys into a list, hence the visitor.

use std::fmt;

use model::{FieldError, LabelSelector, ProjectClass, ProjectFilter, ProjectId, ProjectStatus};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

use crate::api::error::ApiError;
use crate::api::input::{check, cursor};

/// Which projects, and where the page starts. A project must fulfil every given condition.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProjectsQuery {
    /// Only projects with this label: `team=shop`, or `team` for any value. May be repeated: every one must be there.
    #[param(required = false)]
    label: Vec<String>,
    /// Only projects of this class.
    #[param(value_type = Option<ProjectClass>)]
    class: Option<String>,
    /// Only projects of this status.
    #[param(value_type = Option<ProjectStatus>)]
    status: Option<String>,
    /// The `next_cursor` of an earlier answer to the same filter.
    cursor: Option<String>,
}

impl ProjectsQuery {
    /// The filter, and the project after which the page starts; or all wrong parameters.
    pub fn read(self) -> Result<(ProjectFilter, Option<ProjectId>), ApiError> {
        let mut errors = Vec::new();
        let labels = self.label.iter().map(|text| text.parse::<LabelSelector>());
        let filter = ProjectFilter {
            labels: labels.filter_map(|label| FieldError::collect(&mut errors, "label", label)).collect(),
            class: self.class.and_then(|text| FieldError::collect(&mut errors, "class", text.parse())),
            status: self.status.and_then(|text| FieldError::collect(&mut errors, "status", text.parse())),
        };
        let after = cursor::<ProjectId>(&mut errors, self.cursor.as_deref());
        check(errors)?;
        Ok((filter, after))
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Name {
    Label,
    Class,
    Status,
    Cursor,
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = ProjectsQuery;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<ProjectsQuery, A::Error> {
        let mut query = ProjectsQuery::default();
        while let Some(name) = pairs.next_key()? {
            let value: String = pairs.next_value()?;
            let (field, text) = match name {
                Name::Label => {
                    query.label.push(value);
                    continue;
                }
                Name::Class => (&mut query.class, "class"),
                Name::Status => (&mut query.status, "status"),
                Name::Cursor => (&mut query.cursor, "cursor"),
            };
            if field.replace(value).is_some() {
                return Err(A::Error::duplicate_field(text));
            }
        }
        Ok(query)
    }
}

impl<'de> Deserialize<'de> for ProjectsQuery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}
