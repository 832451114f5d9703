//! Registered repositories.

use model::{Actor, NewRepository, RepoUrl, Repository, RepositoryId, Webhook};
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::column;
use super::{Change, Registry, RegistryError, Result};

struct Row {
    id: Uuid,
    url: String,
    username: Option<String>,
    credential: Option<String>,
    host_key: Option<String>,
    created_at: OffsetDateTime,
    webhook_created_at: Option<OffsetDateTime>,
    webhook_created_by: Option<String>,
    last_delivery_at: Option<OffsetDateTime>,
    webhook_problem: Option<String>,
}

impl Row {
    fn webhook(&self) -> std::result::Result<Option<Webhook>, String> {
        let (Some(created_at), Some(by)) = (self.webhook_created_at, self.webhook_created_by.clone()) else {
            return Ok(None);
        };
        let created_by = column("webhook_created_by", Actor::try_from(by))?;
        let (last_delivery_at, problem) = (self.last_delivery_at, self.webhook_problem.clone());
        Ok(Some(Webhook { created_at, created_by, last_delivery_at, problem }))
    }
}

impl TryFrom<Row> for Repository {
    type Error = RegistryError;
    fn try_from(row: Row) -> Result<Self> {
        let fault = |reason| RegistryError::Row { table: "repositories", id: row.id.to_string(), reason };
        let webhook = row.webhook().map_err(fault)?;
        Ok(Self {
            id: row.id.into(),
            url: column("url", row.url.parse()).map_err(fault)?,
            webhook,
            username: row.username,
            credential: row.credential,
            host_key: row.host_key,
            created_at: row.created_at,
        })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select r.id, r.url, r.username, r.credential, r.host_key, r.created_at, w.created_at as \"webhook_created_at?\",
                    w.created_by as \"webhook_created_by?\", w.last_delivery_at as \"last_delivery_at?\",
                    (select d.problem from webhook_deliveries d where d.repository_id = r.id
                     order by d.received_at desc limit 1) as \"webhook_problem?\"
             from repositories r left join repository_webhooks w on w.repository_id = r.id " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading repositories"))
    };
}

impl Registry {
    /// All of them, by address.
    pub async fn repositories(&self) -> Result<Vec<Repository>> {
        select!(&self.pool, fetch_all, "order by r.url")?.into_iter().map(Repository::try_from).collect()
    }

    /// The one of an id.
    pub async fn repository(&self, id: RepositoryId) -> Result<Option<Repository>> {
        select!(&self.pool, fetch_optional, "where r.id = $1", id.as_uuid())?
            .map(Repository::try_from)
            .transpose()
    }

    /// The one of an address.
    pub async fn repository_by_url(&self, url: &RepoUrl) -> Result<Option<Repository>> {
        select!(&self.pool, fetch_optional, "where r.url = $1", url.as_str())?
            .map(Repository::try_from)
            .transpose()
    }

    /// Whether an address was ever registered, also if it was removed since.
    pub async fn was_registered(&self, url: &RepoUrl) -> Result<bool> {
        sqlx::query_scalar!(
            r#"select exists (select from project_events where action = 'repository.add' and detail ->> 'url' = $1)
               as "exists!""#,
            url.as_str()
        )
        .fetch_one(&self.pool)
        .await
        .map_err(RegistryError::sql("looking for a repository of before"))
    }

    /// Projects whose schema comes from it.
    pub async fn projects_of_repository(&self, url: &RepoUrl) -> Result<Vec<String>> {
        sqlx::query_scalar!(
            "select id from projects where schema_ref ->> 'repo' = $1 order by id",
            url.as_str()
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the projects of a repository"))
    }
}

impl Change {
    /// Registers one. `None` when the address is registered already.
    pub async fn insert_repository(
        &mut self,
        id: RepositoryId,
        new: &NewRepository,
        credential: Option<&str>,
    ) -> Result<Option<()>> {
        let done = sqlx::query!(
            "insert into repositories (id, url, username, credential, host_key) values ($1, $2, $3, $4, $5)
             on conflict (url) do nothing",
            id.as_uuid(),
            new.url.as_str(),
            new.username,
            credential,
            new.host_key
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("registering a repository"))?;
        Ok((done.rows_affected() == 1).then_some(()))
    }

    /// Removes one.
    pub async fn delete_repository(&mut self, id: RepositoryId) -> Result<()> {
        sqlx::query!("delete from repositories where id = $1", id.as_uuid())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("removing a repository"))?;
        Ok(())
    }
}
