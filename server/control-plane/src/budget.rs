//! The budget of connections: whether a project's pool has room on its server, and what would fit where it has not.
//! Pure: what is given and what there is come in as figures.

use model::{Budget, DatabaseServerName, PoolSize, Problem};

use crate::ports::postgres_host::PostgresInfo;
use crate::registry::{CONNECTIONS, Given};

/// What is accepted in place of a pool that has no room.
const ACCEPTED: &str = "a pool that fits, or for a new project a server that has room";

#[cfg(test)]
mod tests;

/// Kept on each server for backups: two at once, each a dump and the restore that proves it. They run beside everything
/// else, so without a share of their own they would fail just when all projects are busy.
pub const BACKUP_CONNECTIONS: u32 = 4;

/// The sums of a server. The registry is on the first one, and so are the connections of the control plane.
pub fn of(name: &DatabaseServerName, info: &PostgresInfo, given: &Given) -> Budget {
    let registry = if name.is_default() { CONNECTIONS } else { 0 };
    Budget {
        max: info.max_connections,
        reserved: info.reserved,
        own: info.acts + registry,
        backup: BACKUP_CONNECTIONS,
        given: given.get(name.as_str()).copied().unwrap_or_default(),
    }
}

/// A pool that is asked for on a server, beside what is given there to all others.
pub struct Asked<'a> {
    /// The server.
    pub server: &'a DatabaseServerName,
    /// The pool.
    pub pool: PoolSize,
    /// The server's sums without it.
    pub budget: Budget,
}

impl Asked<'_> {
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
