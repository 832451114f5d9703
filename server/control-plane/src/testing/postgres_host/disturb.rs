//! What others do to the databases of a server.

use model::{DatabaseName, DatabaseOid, ProjectId};

use super::MemoryPostgres;

impl MemoryPostgres {
    /// Somebody gives the project's role another limit behind our back.
    pub fn set_limit(&self, id: &ProjectId, limit: u32) {
        if let Some(database) = self.lock().databases.get_mut(&DatabaseName::main(id.clone())) {
            database.limit = limit;
        }
    }

    /// Somebody drops the project's database behind our back.
    pub fn lose(&self, id: &ProjectId) {
        self.lock().databases.remove(&DatabaseName::main(id.clone()));
    }

    /// Somebody puts another, empty database in the place of the project's: dropped and made again, or restored from a copy.
    pub fn replace(&self, id: &ProjectId) {
        let mut inner = self.lock();
        inner.last_oid += 1;
        let oid = DatabaseOid::new(inner.last_oid);
        if let Some(database) = inner.databases.get_mut(&DatabaseName::main(id.clone())) {
            database.oid = oid;
            database.lines.clear();
            database.sessions.clear();
        }
    }
}
