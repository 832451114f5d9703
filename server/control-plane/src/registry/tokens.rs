//! API tokens.

use model::{ApiToken, OperatorId, TokenId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Change, OperatorRow, Registry, RegistryError, Result};

/// A token that can be used now.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// Whose it is.
    pub operator: OperatorRow,
    /// What it was called.
    pub name: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

impl Registry {
    /// The token of this hash, while token and operator are valid. Notes that it was used, to the minute.
    pub async fn token_by_hash(&self, token_hash: &[u8]) -> Result<Option<TokenRow>> {
        let doing = RegistryError::sql("reading a token");
        let row = sqlx::query!(
            "select t.id, t.operator_id, t.name, t.created_at, t.last_used_at from api_tokens t join operators o on o.id = t.operator_id
             where t.token_hash = $1 and t.expires_at > now() and t.epoch = o.epoch",
            token_hash
        )
        .fetch_optional(&self.log_in)
        .await
        .map_err(&doing)?;
        let Some(row) = row else { return Ok(None) };
        self.note_token_used(row.id).await;
        let operator = self.operator(row.operator_id.into()).await?;
        Ok(operator.map(|operator| TokenRow { operator, name: row.name, created_at: row.created_at }))
    }

    /// Notes that a token was used, to the minute. Where that cannot be written, for example in a read-only registry, or
    /// another transaction holds the row, the token is as good as before.
    async fn note_token_used(&self, id: Uuid) {
        let noted = sqlx::query!(
            "update api_tokens set last_used_at = now()
             where id = (select id from api_tokens
                         where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')
                         for update skip locked)",
            id
        )
        .execute(&self.log_in)
        .await;
        if let Err(error) = noted {
            tracing::debug!(%error, "noting that a token was used");
        }
    }

    /// The tokens of an operator, newest first.
    pub async fn tokens(&self, operator: OperatorId) -> Result<Vec<ApiToken>> {
        let rows = sqlx::query!(
            "select t.id, t.name, o.email, t.created_at, t.expires_at, t.last_used_at
             from api_tokens t join operators o on o.id = t.operator_id
             where t.operator_id = $1 and t.epoch = o.epoch order by t.created_at desc",
            operator.as_uuid()
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading tokens"))?;
        rows.into_iter()
            .map(|row| {
                let fault = |e| RegistryError::Row {
                    table: "operators",
                    id: row.email.clone(),
                    reason: format!("{e}"),
                };
                Ok(ApiToken {
                    id: row.id.into(),
                    name: row.name,
                    operator: row.email.parse().map_err(fault)?,
                    created_at: row.created_at,
                    expires_at: row.expires_at,
                    last_used_at: row.last_used_at,
                })
            })
            .collect()
    }
}

impl Change {
    /// Inserts a token, by its hash.
    pub async fn insert_token(
        &mut self,
        operator: &OperatorRow,
        name: &str,
        token_hash: &[u8],
        expires_at: OffsetDateTime,
    ) -> Result<ApiToken> {
        let id = Uuid::now_v7();
        let created_at = sqlx::query_scalar!(
            "insert into api_tokens (id, operator_id, epoch, name, token_hash, expires_at)
             values ($1, $2, $3, $4, $5, $6) returning created_at",
            id,
            operator.id.as_uuid(),
            operator.epoch,
            name,
            token_hash,
            expires_at
        )
        .fetch_one(self.connection())
        .await
        .map_err(RegistryError::sql("creating a token"))?;
        let operator = operator.email.clone();
        Ok(ApiToken {
            id: id.into(),
            name: name.to_owned(),
            operator,
            created_at,
            expires_at,
            last_used_at: None,
        })
    }

    /// Removes a token of an operator and returns its name; `None` if there is no such token.
    pub async fn delete_token(&mut self, operator: OperatorId, id: TokenId) -> Result<Option<String>> {
        sqlx::query_scalar!(
            "delete from api_tokens where id = $1 and operator_id = $2 returning name",
            id.as_uuid(),
            operator.as_uuid()
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("revoking a token"))
    }
}
