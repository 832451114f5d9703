//! What others do to the databases of a server.

use model::{DatabaseName, DatabaseOid, ProjectId};

use super::MemoryPostgres;

impl MemoryPostgres {
    /// Sets another connection limit of the project's role, as an operator would by SQL.
    pub fn set_limit(&self, id: &ProjectId, limit: u32) {
        if let Some(database) = self.lock().databases.get_mut(&DatabaseName::main(id.clone())) {
            database.limit = limit;
        }
    }

    /// Drops the project's database, as an operator would by SQL.
    pub fn lose(&self, id: &ProjectId) {
        self.lock().databases.remove(&DatabaseName::main(id.clone()));
    }

    /// Replaces the project's database by an empty one of another OID, as a drop and create by SQL does.
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
