//! Reports of the engine about projects: the upstream, retired names and health. Each changes nothing after the engine's
//! term has ended.

use std::collections::BTreeSet;

use model::{Health, Hostname, ProjectId};
use time::OffsetDateTime;

use super::{RegistryError, Reports, Result};

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
}
