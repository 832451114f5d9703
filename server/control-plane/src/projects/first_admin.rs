//! The first admin of a project: the control plane generates their password, and shows it once.

use model::{Action, Email, Problem, ProblemKind, ProjectId, Target};
use secrecy::SecretString;

use super::Projects;
use crate::ports::secret_store::SecretPath;
use crate::provisioner::names;
use crate::registry::Event;
use crate::{OpContext, Result};

/// What a first admin logs in with. Answered once.
#[derive(Debug)]
pub struct AdminLogin {
    /// Their address.
    pub email: Email,
    /// Their generated password.
    pub password: SecretString,
}

impl Projects<'_> {
    /// The log-in of the first admin: once. `not found` when there is no first admin, the password was shown, or the
    /// create has not made it yet.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn reveal_admin_password(&self, op: &OpContext, id: &ProjectId) -> Result<AdminLogin> {
        op.may(Action::ProjectAdminPassword, Target::Project(id))?;
        let record = self.record(id).await?;
        let email = record.admin_email.ok_or_else(nothing_to_show)?;
        let path = SecretPath::project(id, names::ADMIN_PASSWORD);
        let secret = self.0.ports.secrets.get(&path, None).await?.ok_or_else(nothing_to_show)?;
        let mut change = self.0.registry.change(op).await?;
        if !change.note_admin_shown(id).await? {
            return Err(nothing_to_show().into());
        }
        let action = Action::ProjectAdminPassword.into();
        change.commit(Event { project: Some(id), action, detail: serde_json::json!({}) }).await?;
        Ok(AdminLogin { email, password: secret.value })
    }
}

fn nothing_to_show() -> Problem {
    let detail = "The project was created without a first admin, or the password was shown already: it is shown once. \
                  Inside the project an admin can set another.";
    Problem::new(ProblemKind::NotFound, "There is no password to show", detail)
}
