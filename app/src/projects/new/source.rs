//! The project that a create form is filled from: `/projects/new?from=crm`.

use leptos::prelude::*;
use model::{Invalid, Problem, Project, ProjectId};

use crate::address::query;
use crate::components::{Banner, ProblemBanner};
use crate::error::AppError;
use crate::projects::api::get_project;
use crate::projects::form::CreateForm;

/// The project that the address names, or why it cannot be read.
pub(super) struct Source(Result<Project, AppError>);

impl Source {
    /// Loads the project. `None` if the address names none.
    pub(super) async fn load() -> Option<Self> {
        let text = query("from").filter(|text| !text.is_empty())?;
        let id = ProjectId::try_from(text.clone());
        Some(Self(match id.map_err(|_: Invalid| Problem::not_found(format!("project {text}"))) {
            Ok(id) => get_project(id).await.map(|view| view.project),
            Err(problem) => Err(problem.into()),
        }))
    }

    /// The form of a create like this project.
    pub(super) fn form(&self) -> Option<CreateForm> {
        self.0.as_ref().ok().map(CreateForm::duplicate)
    }

    /// Says which project the form was filled from, or why it was not.
    pub(super) fn note(self) -> AnyView {
        match self.0 {
            Err(error) => view! { <ProblemBanner problem=Some(error.into_problem())/> }.into_any(),
            Ok(project) => {
                let title = format!("Filled from {}", project.id);
                let detail = "Schema, environment, class, labels, release, limits, pool size and database server are those of \
                              this project. Values of secrets are not copied.";
                view! { <Banner tone="unknown" icon="info" title detail/> }.into_any()
            }
        }
    }
}
