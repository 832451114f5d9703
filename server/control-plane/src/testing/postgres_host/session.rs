//! Sessions of projects' roles.

use model::DatabaseName;

use super::{Database, MemoryPostgres};

/// An open session of a project's role in its own database; dropping it ends it.
#[derive(Debug)]
pub struct MemorySession {
    pub(super) server: MemoryPostgres,
    pub(super) name: DatabaseName,
    pub(super) number: u64,
}

impl MemorySession {
    /// Writes a line.
    pub fn write(&self, line: &str) -> Result<(), String> {
        self.with(|database| database.lines.push(line.to_owned()))
    }

    /// Every line, oldest first.
    pub fn read(&self) -> Result<Vec<String>, String> {
        self.with(|database| database.lines.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Database) -> T) -> Result<T, String> {
        let mut inner = self.server.lock();
        let database = inner.databases.get_mut(&self.name).filter(|it| it.sessions.contains(&self.number));
        database.map(act).ok_or_else(|| "terminating connection due to administrator command".into())
    }
}

impl Drop for MemorySession {
    fn drop(&mut self) {
        if let Some(database) = self.server.lock().databases.get_mut(&self.name) {
            database.sessions.retain(|session| *session != self.number);
        }
    }
}
