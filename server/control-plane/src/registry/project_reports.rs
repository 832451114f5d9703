//! Reports of the engine about projects: the upstream, retired names, health, and the identity of databases. Each changes nothing after the engine's
//! term has ended.

use std::collections::BTreeSet;

use model::{DatabaseOid, Health, Hostname, ProjectId};
use time::OffsetDateTime;

use super::{RegistryError, Reports, Result};
use crate::ports::postgres_host::EnsureOutcome;

impl Reports<'_> {
    /// The route points there, and the instance uses this slot.
    pub async fn upstream(&self, id: &ProjectId, upstream: &str, slot: u8) -> Result<()> {
        sqlx::query!(
            "update projects set upstream = $2, slot = $3
             where id = $1 and exists (select from engine where term = $4)",
            id.as_str(),
            upstream,
            i16::from(slot),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting an upstream"))?;
        Ok(())
    }

    /// These former names are no longer needed. One that was added meanwhile stays.
    pub async fn names_retired(&self, id: &ProjectId, names: &[Hostname]) -> Result<()> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        sqlx::query!(
            "update projects set former_hostnames =
               array(select name from unnest(former_hostnames) name where not name = any ($2::text[]))
             where id = $1 and exists (select from engine where term = $3)",
            id.as_str(),
            &names,
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("reporting retired names"))?;
        Ok(())
    }

    /// How well these projects were seen, in one statement. Rows that another transaction holds are left out; the answer has
    /// the ids of all others. The time stays where the row says the same health already, or the health is
    /// unknown.
    pub async fn healths(
        &self,
        healths: &[(ProjectId, Health)],
        at: OffsetDateTime,
    ) -> Result<BTreeSet<String>> {
        let at = at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default();
        let (ids, words): (Vec<String>, Vec<String>) =
            healths.iter().map(|(id, health)| (id.to_string(), health.to_string())).unzip();
        let written = sqlx::query_scalar!(
            "with free as (select id from projects where id = any ($1) order by id for update skip locked),
                  changed as (update projects p
                    set last_health = jsonb_build_object('health', s.health, 'at', $3::text)
                    from unnest($1::text[], $2::text[]) s (id, health)
                    where p.id = s.id and p.id in (select id from free) and exists (select from engine where term = $4)
                      and p.last_health ->> 'health' is distinct from s.health and s.health <> 'unknown')
             select id from free",
            &ids,
            &words,
            at,
            self.term
        )
        .fetch_all(self.pool)
        .await
        .map_err(RegistryError::sql("reporting healths"))?;
        Ok(written.into_iter().collect())
    }

    /// The project's database was made, or seen for the first time: this is its identity. One that is recorded already is
    /// replaced by that of a database that was made, and by no other.
    pub async fn database(&self, id: &ProjectId, made: &EnsureOutcome) -> Result<()> {
        sqlx::query!(
            "update projects set database_oid = $2
             where id = $1 and (database_oid is null or $3) and exists (select from engine where term = $4)",
            id.as_str(),
            i64::from(made.oid().get()),
            made.is_created(),
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("recording a database"))?;
        Ok(())
    }

    /// Records the identity of databases for which none is recorded: of projects, and retained ones. Rows that another
    /// transaction holds are left out.
    pub async fn databases_seen(&self, seen: &[SeenDatabase]) -> Result<()> {
        let ids: Vec<String> = seen.iter().map(|seen| seen.project.to_string()).collect();
        let servers: Vec<String> = seen.iter().map(|seen| seen.server.clone()).collect();
        let oids: Vec<i64> = seen.iter().map(|seen| i64::from(seen.oid.get())).collect();
        sqlx::query!(
            "with seen as (
               select s.id, s.server, s.oid from unnest($1::text[], $2::text[], $3::bigint[]) s (id, server, oid)
               where exists (select from engine where term = $4)),
             free as (
               select p.id, seen.oid from projects p join seen on p.id = seen.id and p.database_server = seen.server
               where p.database_oid is null order by p.id for update of p skip locked),
             retained as (
               select r.project_id as id, seen.oid from retained_databases r
               join seen on r.project_id = seen.id and r.database_server = seen.server
               where r.database_oid is null order by r.project_id for update of r skip locked),
             listed as (
               update retained_databases r set database_oid = retained.oid from retained where r.project_id = retained.id)
             update projects p set database_oid = free.oid from free where p.id = free.id",
            &ids,
            &servers,
            &oids,
            self.term
        )
        .execute(self.pool)
        .await
        .map_err(RegistryError::sql("recording databases"))?;
        Ok(())
    }
}

/// A database under the name of a project, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenDatabase {
    /// The project, or the deleted one whose database is retained.
    pub project: ProjectId,
    /// The database server.
    pub server: String,
    /// Its identity there.
    pub oid: DatabaseOid,
}
