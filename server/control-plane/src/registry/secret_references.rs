//! Where the registry names secrets: references into a store, and the versions that instances are started with.
//!
//! [`HOLDERS`] is the one list of the columns that hold a reference. The check at the start and `secrets migrate` read it: a
//! column that is missing there would be lost by a move. A test compares it with every column whose comment says "secret
//! store".

use model::ProjectId;
use sqlx::{PgExecutor, Row as _};

use super::{Change, Registry, RegistryError, Result};
use crate::ports::secret_store::{SecretPath, SecretReader};
use crate::secrets::names::{self, credential_path, password_path, webhook_path};

/// A column whose values are references into a secret store. Its parts are SQL and constant: no value of a request or a row
/// becomes part of a statement.
#[derive(Debug)]
pub struct Holder {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The key inside the column, where that is a JSON object.
    key: Option<&'static str>,
    /// The condition of rows whose reference is in use.
    only: &'static str,
    /// The column that identifies a row.
    id: &'static str,
    /// What a row is called in a message.
    noun: &'static str,
    /// The secret that the reference of a row stands for.
    path: fn(&str) -> std::result::Result<SecretPath, String>,
}

/// Every column that holds a reference into a secret store.
pub const HOLDERS: [Holder; 6] = [
    Holder {
        table: "projects",
        column: "database_url",
        key: None,
        only: "true",
        id: "id",
        noun: "the project",
        path: database_url,
    },
    Holder {
        table: "retained_databases",
        column: "project",
        key: Some("database_url"),
        only: "true",
        id: "project_id",
        noun: "the retained database of",
        path: database_url,
    },
    Holder {
        table: "set_aside_databases",
        column: "project",
        key: Some("database_url"),
        only: "reason = 'deleted'",
        id: "project_id",
        noun: "the project in the trash",
        path: database_url,
    },
    Holder {
        table: "repositories",
        column: "credential",
        key: None,
        only: "true",
        id: "id",
        noun: "the repository",
        path: |id| Ok(credential_path(uuid(id)?.into())),
    },
    Holder {
        table: "repository_webhooks",
        column: "secret",
        key: None,
        only: "true",
        id: "repository_id",
        noun: "the webhook of the repository",
        path: |id| Ok(webhook_path(uuid(id)?.into())),
    },
    Holder {
        table: "image_registries",
        column: "credential",
        key: None,
        only: "true",
        id: "id",
        noun: "the image registry",
        path: |id| Ok(password_path(uuid(id)?.into())),
    },
];

impl Holder {
    /// The SQL expression of the reference; null in a row without one.
    fn reference(&self) -> String {
        let Self { column, key, .. } = self;
        key.map_or_else(|| (*column).to_owned(), |key| format!("{column} ->> '{key}'"))
    }

    /// The statement that reads every reference of the column, by row.
    fn select(&self) -> String {
        let (Self { table, id, only, .. }, reference) = (self, self.reference());
        format!(
            "select {id}::text, {reference} from {table} where {reference} is not null and {only} order by 1"
        )
    }

    /// The statement that replaces references: those in `$1` by those at the same place of `$2`.
    fn update(&self) -> String {
        let (Self { table, column, only, .. }, reference) = (self, self.reference());
        let next = match self.key {
            None => "next".to_owned(),
            Some(key) => format!("jsonb_set({column}, '{{{key}}}', to_jsonb(next))"),
        };
        format!(
            "update {table} set {column} = {next} from unnest($1::text[], $2::text[]) m (before, next)
             where {reference} = before and {only}"
        )
    }
}

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

fn database_url(id: &str) -> std::result::Result<SecretPath, String> {
    let id: ProjectId = id.parse().map_err(|fault| format!("id: {fault}"))?;
    Ok(SecretPath::project(&id, names::DATABASE_URL))
}

fn uuid(id: &str) -> std::result::Result<uuid::Uuid, String> {
    id.parse().map_err(|fault| format!("id: {fault}"))
}

/// The references of one column, by row.
async fn of_holder(executor: impl PgExecutor<'_>, holder: &Holder) -> Result<Vec<SecretReference>> {
    let doing = RegistryError::sql("reading the references of secrets");
    let select = holder.select();
    let rows = sqlx::query(&select).fetch_all(executor).await.map_err(&doing)?;
    let read = |row: sqlx::postgres::PgRow| {
        let (id, reference): (String, String) =
            (row.try_get(0).map_err(&doing)?, row.try_get(1).map_err(&doing)?);
        let fault = |reason| RegistryError::Row { table: holder.table, id: id.clone(), reason };
        let path = (holder.path)(&id).map_err(fault)?;
        Ok(SecretReference { holder: format!("{} {id}", holder.noun), path, reference })
    };
    rows.into_iter().map(read).collect()
}

impl Registry {
    /// Every reference into a secret store.
    pub async fn secret_references(&self) -> Result<Vec<SecretReference>> {
        let mut all = Vec::new();
        for holder in &HOLDERS {
            all.extend(of_holder(&self.pool, holder).await?);
        }
        Ok(all)
    }

    /// The versions that instances are started with, also those of projects whose database is retained or in the trash.
    pub async fn pinned_secrets(&self) -> Result<Vec<PinnedSecret>> {
        let rows = sqlx::query!(
            r#"select id as "id!", pinned.key as "name!", pinned.value as "version!"
               from projects, jsonb_each_text(secrets) pinned
               union all
               select project_id, pinned.key, pinned.value from retained_databases,
                 jsonb_each_text(case jsonb_typeof(project -> 'secrets') when 'object' then project -> 'secrets'
                                 else '{}' end) pinned
               union all
               select project_id, pinned.key, pinned.value from set_aside_databases,
                 jsonb_each_text(case jsonb_typeof(project -> 'secrets') when 'object' then project -> 'secrets'
                                 else '{}' end) pinned
               where reason = 'deleted'
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
        let mut all = Vec::new();
        for holder in &HOLDERS {
            all.extend(of_holder(self.connection(), holder).await?);
        }
        Ok(all)
    }

    /// Rewrites the references to `paths` from the store `from` to the store `to`, and returns how many were changed. The
    /// digests of instances do not hold references, so no instance is replaced.
    pub async fn switch_references(
        &mut self,
        paths: &[SecretPath],
        from: &dyn SecretReader,
        to: &dyn SecretReader,
    ) -> Result<u64> {
        let before: Vec<String> = paths.iter().map(|path| from.reference(path)).collect();
        let after: Vec<String> = paths.iter().map(|path| to.reference(path)).collect();
        let mut switched = 0;
        for holder in &HOLDERS {
            let update = holder.update();
            let done = sqlx::query(&update)
                .bind(&before)
                .bind(&after)
                .execute(self.connection())
                .await
                .map_err(RegistryError::sql("switching the references of secrets"))?;
            switched += done.rows_affected();
        }
        Ok(switched)
    }
}
