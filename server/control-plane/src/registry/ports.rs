//! The upstream ports of projects: each has a pair, which no other project's pair overlaps.

use model::ProjectId;

use super::{Change, RegistryError, Result};

impl Change {
    /// Serializes the allocation of ports until the change is over, so that two changes never take the same pair. A
    /// create takes it before the connections' lock.
    pub async fn lock_ports(&mut self) -> Result<()> {
        sqlx::query("select pg_advisory_xact_lock(4061, 1)")
            .execute(self.connection())
            .await
            .map_err(RegistryError::sql("taking ports"))?;
        Ok(())
    }

    /// Moves a project to the first free pair within `range` (first and last port) that holds none of `avoid`, and returns the
    /// pair's first port; `None` when there is no such pair. The instance uses the first port of the new pair next. The
    /// project's present pair counts as taken. Requires [`Change::lock_ports`].
    pub async fn reallocate_ports(
        &mut self,
        id: &ProjectId,
        range: (u16, u16),
        avoid: &[u16],
    ) -> Result<Option<u16>> {
        let avoid: Vec<i32> = avoid.iter().copied().map(i32::from).collect();
        let moved = sqlx::query_scalar!(
            "update projects set port_base = free.port, slot = 0
             from (select port from generate_series($2::int, $3::int - 1, 2) port
                   where not exists (select from projects where port_base between port - 1 and port + 1)
                     and not port = any ($4::int[]) and not port + 1 = any ($4::int[])
                   order by port limit 1) free
             where id = $1 returning port_base",
            id.as_str(),
            i32::from(range.0),
            i32::from(range.1),
            &avoid,
        )
        .fetch_optional(self.connection())
        .await
        .map_err(RegistryError::sql("moving a project to other ports"))?;
        Ok(moved.and_then(|port| u16::try_from(port).ok()))
    }
}
