//! Where the registry names secrets: references into a store, and the versions that instances are started with.

use model::ProjectId;
use sqlx::PgExecutor;

use super::{Change, Registry, RegistryError, Result};
use crate::ports::secret_store::{SecretPath, SecretReader};
use crate::secrets::names::{self, credential_path, password_path};

/// A reference into a secret store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretReference {
    /// Which row holds it, in words.
    pub holder: String,
    /// The secret that it stands for.
    pub path: SecretPath,
    /// The reference: the store's word and the secret's place in it.
    pub reference: String,
}

/// The version of a secret that a project's instance is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedSecret {
    /// The secret.
    pub path: SecretPath,
    /// Its version.
    pub version: u32,
}

/// A row that holds a reference, by what it is of.
fn place(table: &str, id: &str) -> std::result::Result<SecretPath, String> {
    let of_project = |id: &str| id.parse::<ProjectId>().map_err(|fault| format!("id: {fault}"));
    match table {
        "repositories" => Ok(credential_path(uuid(id)?.into())),
        "image_registries" => Ok(password_path(uuid(id)?.into())),
        _ => Ok(SecretPath::project(&of_project(id)?, names::DATABASE_URL)),
    }
}

fn uuid(id: &str) -> std::result::Result<uuid::Uuid, String> {
    id.parse().map_err(|fault| format!("id: {fault}"))
}

/// Every reference: of projects, of kept databases, of the credentials of repositories and of registries of images.
async fn references(executor: impl PgExecutor<'_>) -> Result<Vec<SecretReference>> {
    let rows = sqlx::query!(
        r#"select 'projects' as "holder!", id as "id!", database_url as "reference!" from projects
           union all
           select 'kept_databases', project_id, project ->> 'database_url' from kept_databases
             where project ->> 'database_url' is not null
           union all
           select 'repositories', id::text, credential from repositories where credential is not null
           union all
           select 'image_registries', id::text, credential from image_registries
           order by 1, 2"#
    )
    .fetch_all(executor)
    .await
    .map_err(RegistryError::sql("reading the references of secrets"))?;
    rows.into_iter()
        .map(|row| {
            let (table, holder) = match row.holder.as_str() {
                "projects" => ("projects", format!("the project {}", row.id)),
                "kept_databases" => ("kept_databases", format!("the kept database of {}", row.id)),
                "image_registries" => ("image_registries", format!("the image registry {}", row.id)),
                _ => ("repositories", format!("the repository {}", row.id)),
            };
            let path = place(table, &row.id);
            let path = path.map_err(|reason| RegistryError::Row { table, id: row.id, reason })?;
            Ok(SecretReference { holder, path, reference: row.reference })
        })
        .collect()
}

impl Registry {
    /// Every reference into a secret store.
    pub async fn secret_references(&self) -> Result<Vec<SecretReference>> {
        references(&self.pool).await
    }

    /// The versions that instances are started with, also those of projects whose database is kept.
    pub async fn pinned_secrets(&self) -> Result<Vec<PinnedSecret>> {
        let rows = sqlx::query!(
            r#"select id as "id!", pinned.key as "name!", pinned.value as "version!"
               from projects, jsonb_each_text(secrets) pinned
               union all
               select project_id, pinned.key, pinned.value from kept_databases,
                 jsonb_each_text(case jsonb_typeof(project -> 'secrets') when 'object' then project -> 'secrets'
                                 else '{}' end) pinned
               order by 1, 2"#
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the versions of secrets"))?;
        rows.into_iter()
            .map(|row| {
                let fault = |reason| RegistryError::Row { table: "projects", id: row.id.clone(), reason };
                let id: ProjectId = row.id.parse().map_err(|e| fault(format!("id: {e}")))?;
                let version = row.version.parse().map_err(|e| fault(format!("secrets: {e}")))?;
                Ok(PinnedSecret { path: SecretPath::project(&id, row.name), version })
            })
            .collect()
    }
}

impl Change {
    /// Every reference into a secret store, as this change leaves them.
    pub async fn secret_references(&mut self) -> Result<Vec<SecretReference>> {
        references(self.connection()).await
    }

    /// Every reference to one of these secrets names the other store from now on; how many did not before. What instances are
    /// made of does not change by it.
    pub async fn switch_references(
        &mut self,
        paths: &[SecretPath],
        from: &dyn SecretReader,
        to: &dyn SecretReader,
    ) -> Result<u64> {
        let before: Vec<String> = paths.iter().map(|path| from.reference(path)).collect();
        let after: Vec<String> = paths.iter().map(|path| to.reference(path)).collect();
        let doing = RegistryError::sql("switching the references of secrets");
        let projects = sqlx::query!(
            "update projects set database_url = next from unnest($1::text[], $2::text[]) m (before, next)
             where database_url = before",
            &before,
            &after
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        let kept = sqlx::query!(
            "update kept_databases set project = jsonb_set(project, '{database_url}', to_jsonb(next))
             from unnest($1::text[], $2::text[]) m (before, next) where project ->> 'database_url' = before",
            &before,
            &after
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        let credentials = self.switch_credentials(&before, &after).await?;
        Ok(projects.rows_affected() + kept.rows_affected() + credentials)
    }

    /// The same for the fleet's own: of repositories and of registries of images.
    async fn switch_credentials(&mut self, before: &[String], after: &[String]) -> Result<u64> {
        let doing = RegistryError::sql("switching the references of credentials");
        let repositories = sqlx::query!(
            "update repositories set credential = next from unnest($1::text[], $2::text[]) m (before, next)
             where credential = before",
            before,
            after
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        let image_registries = sqlx::query!(
            "update image_registries set credential = next from unnest($1::text[], $2::text[]) m (before, next)
             where credential = before",
            before,
            after
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        Ok(repositories.rows_affected() + image_registries.rows_affected())
    }
}
