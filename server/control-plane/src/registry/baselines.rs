//! What projects are compared with: catalog, models and version as of a verified deploy.

use model::{Baseline, CommitSha, DatabaseOid, ProjectId};
use sqlx::PgConnection;

use super::columns::{column, database_oid};
use super::{Change, Registry, RegistryError, Reports, Result};

/// What identifies a baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineKey {
    /// The project.
    pub project: ProjectId,
    /// The identity of its database.
    pub oid: DatabaseOid,
    /// The deployed commit.
    pub commit: CommitSha,
    /// The running release.
    pub release: String,
}

/// A baseline without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineRow {
    /// Of what.
    pub key: BaselineKey,
    /// The part that callers see.
    pub baseline: Baseline,
    /// The commit of the server that it reported.
    pub reported_commit: Option<String>,
    /// The digest of the models.
    pub models_digest: String,
}

/// Sorted lines and their digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DigestedLines {
    /// The lines, none with a line feed.
    pub lines: Vec<String>,
    /// SHA-256, in hex.
    pub digest: String,
}

/// A baseline to be recorded.
#[derive(Debug)]
pub struct NewBaseline<'a> {
    /// Of what.
    pub key: &'a BaselineKey,
    /// The version that the instance reports.
    pub version: &'a str,
    /// The commit of the server that it reports.
    pub reported_commit: Option<&'a str>,
    /// The catalog.
    pub catalog: &'a DigestedLines,
    /// The models.
    pub models: &'a DigestedLines,
}

impl Registry {
    /// Every baseline, without its lines. At most five a project.
    pub async fn baselines(&self) -> Result<Vec<BaselineRow>> {
        let rows = sqlx::query!(
            "select project_id, database_oid, commit_sha, release, version, reported_commit, catalog_digest, models_digest,
                    recorded_at, operation_id
             from baselines order by project_id, recorded_at"
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading baselines"))?;
        let rows = rows.into_iter().map(|row| {
            let fault =
                |reason| RegistryError::Row { table: "baselines", id: row.project_id.clone(), reason };
            let project = column("project_id", row.project_id.parse()).map_err(fault)?;
            let oid = column("database_oid", database_oid(row.database_oid)).map_err(fault)?;
            let commit: CommitSha = column("commit_sha", row.commit_sha.parse()).map_err(fault)?;
            let baseline = Baseline {
                commit: commit.clone(),
                release: row.release.clone(),
                version: row.version,
                catalog_digest: row.catalog_digest,
                recorded_at: row.recorded_at,
                operation_id: row.operation_id.map(Into::into),
            };
            Ok(BaselineRow {
                key: BaselineKey { project, oid, commit, release: row.release },
                baseline,
                reported_commit: row.reported_commit,
                models_digest: row.models_digest,
            })
        });
        rows.collect()
    }

    /// The lines of a baseline, catalog then models; `None` if there is no such baseline.
    pub async fn baseline_lines(&self, key: &BaselineKey) -> Result<Option<(Vec<String>, Vec<String>)>> {
        let row = sqlx::query!(
            "select catalog_lines, models_lines from baselines
             where project_id = $1 and database_oid = $2 and commit_sha = $3 and release = $4",
            key.project.as_str(),
            i64::from(key.oid.get()),
            key.commit.as_str(),
            key.release
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(RegistryError::sql("reading a baseline"))?;
        Ok(row.map(|row| (lines(&row.catalog_lines), lines(&row.models_lines))))
    }
}

impl Reports<'_> {
    /// Records a baseline; one that is there stays as it is. Of each project the newest five are retained.
    pub async fn baseline(&self, new: &NewBaseline<'_>) -> Result<()> {
        let doing = RegistryError::sql("recording a baseline");
        let mut tx = self.pool().begin().await.map_err(&doing)?;
        insert(&mut tx, new, self.term()).await.map_err(&doing)?;
        sqlx::query!(
            "delete from baselines b using (
               select project_id, database_oid, commit_sha, release from baselines where project_id = $1
               order by recorded_at desc offset 5) old
             where (b.project_id, b.database_oid, b.commit_sha, b.release) =
                   (old.project_id, old.database_oid, old.commit_sha, old.release)
               and exists (select from engine where term = $2)",
            new.key.project.as_str(),
            self.term()
        )
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)
    }
}

async fn insert(connection: &mut PgConnection, new: &NewBaseline<'_>, term: i64) -> sqlx::Result<()> {
    let key = new.key;
    sqlx::query!(
        "insert into baselines (project_id, database_oid, commit_sha, release, version, reported_commit, catalog_digest,
                                catalog_lines, models_digest, models_lines, operation_id)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                (select id from operations where project_id = $1 and lane = 'converge' and status = 'succeeded'
                 order by id desc limit 1)
         where exists (select from projects where id = $1) and exists (select from engine where term = $11)
         on conflict do nothing",
        key.project.as_str(),
        i64::from(key.oid.get()),
        key.commit.as_str(),
        key.release,
        new.version,
        new.reported_commit,
        new.catalog.digest,
        new.catalog.lines.join("\n"),
        new.models.digest,
        new.models.lines.join("\n"),
        term
    )
    .execute(connection)
    .await?;
    Ok(())
}

impl Change {
    /// Declares what was observed: a part that is given replaces that of the baseline. Returns `false` if there is no such
    /// baseline.
    pub async fn accept_baseline(
        &mut self,
        key: &BaselineKey,
        catalog: Option<&DigestedLines>,
        models: Option<&DigestedLines>,
    ) -> Result<bool> {
        let changed = sqlx::query!(
            "update baselines set catalog_digest = coalesce($5, catalog_digest), catalog_lines = coalesce($6, catalog_lines),
                    models_digest = coalesce($7, models_digest), models_lines = coalesce($8, models_lines), recorded_at = now()
             where project_id = $1 and database_oid = $2 and commit_sha = $3 and release = $4",
            key.project.as_str(),
            i64::from(key.oid.get()),
            key.commit.as_str(),
            key.release,
            catalog.map(|it| it.digest.as_str()),
            catalog.map(|it| it.lines.join("\n")),
            models.map(|it| it.digest.as_str()),
            models.map(|it| it.lines.join("\n"))
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("accepting a difference"))?;
        Ok(changed.rows_affected() == 1)
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
