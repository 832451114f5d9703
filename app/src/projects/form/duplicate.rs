//! The create form filled from a project.

use model::Project;

use super::description::DescriptionForm;
use super::limits::LimitsForm;
use super::{CreateForm, SchemaForm};
use crate::projects::env::rows;

impl CreateForm {
    /// The form of a create like this project. Id, display name, hostnames and first admin are empty; so is the choice of a
    /// retained database. The environment has its texts and the names of its secrets, whose values are not copied.
    pub(crate) fn duplicate(project: &Project) -> Self {
        Self {
            description: DescriptionForm::of(project),
            schema: SchemaForm::of(&project.schema_ref),
            env: rows(&project.env),
            release: project.release.as_ref().map(ToString::to_string).unwrap_or_default(),
            limits: LimitsForm::of(&project.limits),
            database_server: project.database_server.clone(),
            pool_size: project.pool_size.to_string(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests;
