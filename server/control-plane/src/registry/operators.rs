//! Operators, their grants, and the links that make the first one.

use std::collections::{BTreeMap, BTreeSet};

use model::{Email, Grant, Grants, OperatorId, ProjectSet, Role};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Change, Registry, RegistryError, Result};

/// An operator with what is needed to check a log-in.
#[derive(Debug, Clone)]
pub struct OperatorRow {
    /// Their id.
    pub id: OperatorId,
    /// Their address.
    pub email: Email,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// Sessions and tokens of an earlier epoch have ended.
    pub epoch: i32,
    /// What they may do.
    pub grants: Grants,
}

struct Row {
    id: Uuid,
    email: String,
    password_hash: String,
    epoch: i32,
}

fn fault(id: Uuid, reason: String) -> RegistryError {
    RegistryError::Row { table: "operators", id: id.to_string(), reason }
}

impl Registry {
    /// How many operators there are.
    pub async fn count_operators(&self) -> Result<i64> {
        sqlx::query_scalar!(r#"select count(*) as "count!" from operators"#)
            .fetch_one(&self.log_in)
            .await
            .map_err(RegistryError::sql("counting operators"))
    }

    /// The operator of an address.
    pub async fn operator_by_email(&self, email: &Email) -> Result<Option<OperatorRow>> {
        let row = sqlx::query_as!(
            Row,
            "select id, email, password_hash, epoch from operators where email = $1",
            email.as_str()
        )
        .fetch_optional(&self.log_in)
        .await
        .map_err(RegistryError::sql("reading an operator"))?;
        self.with_grants(row).await
    }

    /// The operator of an id.
    pub async fn operator(&self, id: OperatorId) -> Result<Option<OperatorRow>> {
        let row = sqlx::query_as!(
            Row,
            "select id, email, password_hash, epoch from operators where id = $1",
            id.as_uuid()
        )
        .fetch_optional(&self.log_in)
        .await
        .map_err(RegistryError::sql("reading an operator"))?;
        self.with_grants(row).await
    }

    /// Removes the sessions that have expired; returns how many those were.
    pub async fn delete_expired_sessions(&self) -> Result<u64> {
        let done = sqlx::query!("delete from sessions where expiry_date < now()")
            .execute(&self.pool)
            .await
            .map_err(RegistryError::sql("removing expired sessions"))?;
        Ok(done.rows_affected())
    }

    async fn with_grants(&self, row: Option<Row>) -> Result<Option<OperatorRow>> {
        let Some(row) = row else { return Ok(None) };
        let grants = sqlx::query!("select role, project_set from grants where operator_id = $1", row.id)
            .fetch_all(&self.log_in)
            .await
            .map_err(RegistryError::sql("reading grants"))?
            .into_iter()
            .map(|grant| {
                let role: Role = grant.role.parse().map_err(|e| fault(row.id, format!("role: {e}")))?;
                let projects = match grant.project_set {
                    None => ProjectSet::All,
                    Some(ids) => ProjectSet::Only(
                        ids.into_iter()
                            .map(model::ProjectId::try_from)
                            .collect::<std::result::Result<BTreeSet<_>, _>>()
                            .map_err(|e| fault(row.id, format!("project_set: {e}")))?,
                    ),
                };
                Ok(Grant { role, projects })
            })
            .collect::<Result<Vec<_>>>()?;
        let email = row.email.parse().map_err(|e| fault(row.id, format!("email: {e}")))?;
        Ok(Some(OperatorRow {
            id: row.id.into(),
            email,
            password_hash: row.password_hash,
            epoch: row.epoch,
            grants: Grants::new(grants),
        }))
    }

    /// Everyone who may log in, with what they may do. Grants that cannot be read are left out.
    pub async fn all_grants(&self) -> Result<BTreeMap<OperatorId, Grants>> {
        let rows = sqlx::query!("select operator_id, role, project_set from grants")
            .fetch_all(&self.pool)
            .await
            .map_err(RegistryError::sql("reading grants"))?;
        let mut grants: BTreeMap<OperatorId, Vec<Grant>> = BTreeMap::new();
        for row in rows {
            let projects = match row.project_set {
                None => ProjectSet::All,
                Some(ids) => ProjectSet::Only(ids.into_iter().filter_map(|id| id.parse().ok()).collect()),
            };
            if let Ok(role) = row.role.parse() {
                grants.entry(row.operator_id.into()).or_default().push(Grant { role, projects });
            }
        }
        Ok(grants.into_iter().map(|(id, grants)| (id, Grants::new(grants))).collect())
    }

    /// A setup link that can be used now.
    pub async fn has_setup_link(&self, code_hash: &[u8]) -> Result<bool> {
        sqlx::query_scalar!(
            r#"select exists (select from setup_links where code_hash = $1 and expires_at > now()) as "exists!""#,
            code_hash
        )
        .fetch_one(&self.log_in)
        .await
        .map_err(RegistryError::sql("looking for a setup link"))
    }
}

impl Change {
    /// Inserts an operator with one role on every project. `None` when the address is taken.
    pub async fn insert_operator(
        &mut self,
        email: &Email,
        hash: &str,
        role: Role,
    ) -> Result<Option<OperatorId>> {
        let doing = RegistryError::sql("creating an operator");
        let id = Uuid::now_v7();
        let done = sqlx::query!(
            "insert into operators (id, email, password_hash) values ($1, $2, $3) on conflict (email) do nothing",
            id,
            email.as_str(),
            hash
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        sqlx::query!("insert into grants (operator_id, role) values ($1, $2)", id, role.as_str())
            .execute(self.connection())
            .await
            .map_err(&doing)?;
        Ok(Some(id.into()))
    }

    /// Sets another password; every session and token of before ends.
    pub async fn set_password(&mut self, id: OperatorId, hash: &str) -> Result<()> {
        sqlx::query!(
            "update operators set password_hash = $2, epoch = epoch + 1 where id = $1",
            id.as_uuid(),
            hash
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("setting a password"))?;
        Ok(())
    }

    /// Makes a setup link, in place of all earlier ones.
    pub async fn replace_setup_link(&mut self, code_hash: &[u8], expires_at: OffsetDateTime) -> Result<()> {
        let doing = RegistryError::sql("making a setup link");
        sqlx::query!("delete from setup_links").execute(self.connection()).await.map_err(&doing)?;
        sqlx::query!(
            "insert into setup_links (code_hash, expires_at) values ($1, $2)",
            code_hash,
            expires_at
        )
        .execute(self.connection())
        .await
        .map_err(&doing)?;
        Ok(())
    }

    /// Uses a setup link up. `false` when there is no such link, it has expired, or was used.
    pub async fn use_setup_link(&mut self, code_hash: &[u8]) -> Result<bool> {
        let done =
            sqlx::query!("delete from setup_links where code_hash = $1 and expires_at > now()", code_hash)
                .execute(self.connection())
                .await
                .map_err(RegistryError::sql("using a setup link"))?;
        Ok(done.rows_affected() == 1)
    }
}
