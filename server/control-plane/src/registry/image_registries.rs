//! Image registries.

use model::{ImageRegistry, ImageRegistryId, NewImageRegistry, RegistryHost};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Result};

struct Row {
    id: Uuid,
    host: String,
    username: String,
    credential: String,
    created_at: OffsetDateTime,
    changed_at: OffsetDateTime,
}

impl TryFrom<Row> for ImageRegistry {
    type Error = RegistryError;
    fn try_from(row: Row) -> Result<Self> {
        let fault = |e| RegistryError::Row {
            table: "image_registries",
            id: row.id.to_string(),
            reason: format!("host: {e}"),
        };
        Ok(Self {
            id: row.id.into(),
            host: row.host.parse().map_err(fault)?,
            username: row.username,
            credential: row.credential,
            created_at: row.created_at,
            changed_at: row.changed_at,
        })
    }
}

impl Registry {
    /// All image registries, by host.
    pub async fn image_registries(&self) -> Result<Vec<ImageRegistry>> {
        sqlx::query_as!(
            Row,
            "select id, host, username, credential, created_at, changed_at from image_registries order by host"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the image registries"))?
        .into_iter()
        .map(ImageRegistry::try_from)
        .collect()
    }

    /// The image registry with an id.
    pub async fn image_registry(&self, id: ImageRegistryId) -> Result<Option<ImageRegistry>> {
        sqlx::query_as!(
            Row,
            "select id, host, username, credential, created_at, changed_at from image_registries where id = $1",
            id.as_uuid()
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("reading an image registry"))?
        .map(ImageRegistry::try_from)
        .transpose()
    }

    /// The image registry of a host.
    pub async fn image_registry_of(&self, host: &RegistryHost) -> Result<Option<ImageRegistry>> {
        sqlx::query_as!(
            Row,
            "select id, host, username, credential, created_at, changed_at from image_registries where host = $1",
            host.as_str()
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("looking up the image registry of an image"))?
        .map(ImageRegistry::try_from)
        .transpose()
    }
}

impl Change {
    /// Adds an image registry. `None` if the host has one.
    pub async fn insert_image_registry(
        &mut self,
        id: ImageRegistryId,
        new: &NewImageRegistry,
        credential: &str,
    ) -> Result<Option<()>> {
        let done = sqlx::query!(
            "insert into image_registries (id, host, username, credential) values ($1, $2, $3, $4)
             on conflict (host) do nothing",
            id.as_uuid(),
            new.host.as_str(),
            new.username,
            credential
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("adding an image registry"))?;
        Ok((done.rows_affected() == 1).then_some(()))
    }

    /// Replaces account and credential. `None` if it does not exist.
    pub async fn replace_image_registry(
        &mut self,
        id: ImageRegistryId,
        username: &str,
        credential: &str,
    ) -> Result<Option<()>> {
        let done = sqlx::query!(
            "update image_registries set username = $2, credential = $3, changed_at = now() where id = $1",
            id.as_uuid(),
            username,
            credential
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("replacing the credential of an image registry"))?;
        Ok((done.rows_affected() == 1).then_some(()))
    }

    /// Removes an image registry. `None` if it does not exist.
    pub async fn delete_image_registry(&mut self, id: ImageRegistryId) -> Result<Option<()>> {
        let done = sqlx::query!("delete from image_registries where id = $1", id.as_uuid())
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("removing an image registry"))?;
        Ok((done.rows_affected() == 1).then_some(()))
    }
}
