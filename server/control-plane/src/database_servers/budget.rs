//! The connection budget: whether a project's pool has room on its server, and which pool would fit. Pure: allocated and
//! available connections are arguments.

use model::{Budget, DatabaseServerName, PoolSize, Problem};

use crate::ports::postgres_host::PostgresInfo;
use crate::registry::{AllocatedConnections, CONNECTIONS};

/// The accepted values, for the refusal of a pool.
const ACCEPTED: &str = "a pool that fits, or for a new project a server that has room";

#[cfg(test)]
mod tests;

/// Reserved on each server for backups: two concurrent ones, each a dump and the restore that verifies it. Without the
/// reservation they would fail whenever all projects are busy.
pub const BACKUP_CONNECTIONS: u32 = 4;

/// The budget of a server. That of `default` includes the connections of the control plane to its registry.
pub fn of(name: &DatabaseServerName, info: &PostgresInfo, given: &AllocatedConnections) -> Budget {
    let registry = if name.is_default() { CONNECTIONS } else { 0 };
    Budget {
        max: info.max_connections,
        reserved: info.reserved,
        own: info.acts + registry,
        backup: BACKUP_CONNECTIONS,
        given: given.get(name.as_str()).copied().unwrap_or_default(),
    }
}

/// A request for a pool on a server, with the budget of the server.
pub struct PoolRequest<'a> {
    /// The server.
    pub server: &'a DatabaseServerName,
    /// The pool.
    pub pool: PoolSize,
    /// The budget of the server without this pool.
    pub budget: Budget,
}

impl PoolRequest<'_> {
    /// Refuses a pool that has no room, with the figures, the largest that would fit, and which of the `others` has room
    /// for it.
    pub fn admit(&self, others: &[(DatabaseServerName, Budget)]) -> Result<(), Problem> {
        if self.budget.has_room_for(self.pool) {
            return Ok(());
        }
        let message = format!("{} {} {}", self.figures(), self.what_fits(), self.elsewhere(others));
        Err(Problem::taken("pool_size", message.trim_end(), ACCEPTED))
    }

    fn figures(&self) -> String {
        let Budget { max, reserved, own, backup, given } = self.budget;
        format!(
            "A pool of {} takes {} connections of the database server {}, which has {} left for projects: {max} less \
             {reserved} reserved, {own} for the control plane, {backup} for backups and {given} of other projects.",
            self.pool,
            self.pool.connections(),
            self.server,
            self.budget.free(),
        )
    }

    fn what_fits(&self) -> String {
        match self.budget.largest_pool() {
            Some(size) => format!("A pool of {size} fits."),
            None => {
                "No pool fits; raise its max_connections, or make the pools of others smaller.".to_owned()
            }
        }
    }

    fn elsewhere(&self, others: &[(DatabaseServerName, Budget)]) -> String {
        let roomy =
            others.iter().filter(|(name, budget)| name != self.server && budget.has_room_for(self.pool));
        let names: Vec<String> =
            roomy.map(|(name, budget)| format!("{name} ({} left)", budget.free())).collect();
        if names.is_empty() { String::new() } else { format!("There is room on {}.", names.join(", ")) }
    }
}
