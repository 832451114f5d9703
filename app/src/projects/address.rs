//! The address of a page of a project.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{Invalid, Problem, ProjectId};

use crate::error::AppError;

/// The project id in the address; an invalid id answers "not found".
pub(crate) fn project_id() -> Result<ProjectId, AppError> {
    let text = use_params_map().read_untracked().get("id").unwrap_or_default();
    ProjectId::try_from(text.clone())
        .map_err(|_: Invalid| Problem::not_found(format!("project {text}")).into())
}
