//! First admins of projects.

use model::{FirstAdmin, ProjectId};

use super::{Registry, RegistryError, Result};

impl Registry {
    /// The first admin that the project was created with; `None` for no project, or one without.
    pub async fn first_admin(&self, id: &ProjectId) -> Result<Option<FirstAdmin>> {
        let row = sqlx::query!("select admin_email, admin_shown_at from projects where id = $1", id.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(RegistryError::sql("reading the first admin of a project"))?;
        let Some((email, shown_at)) = row.and_then(|row| row.admin_email.zip(Some(row.admin_shown_at)))
        else {
            return Ok(None);
        };
        let email = email.parse().map_err(|fault| RegistryError::Row {
            table: "projects",
            id: id.to_string(),
            reason: format!("admin_email: {fault}"),
        })?;
        Ok(Some(FirstAdmin { email, shown_at }))
    }
}
