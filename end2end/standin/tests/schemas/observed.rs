//! What the server does with the file after.

use std::collections::BTreeMap;

use control_plane::ports::database_catalog::{CatalogSeen, DatabaseCatalog as _};

use crate::case::Case;
use crate::database::{Database, Workshop};
use crate::server;

/// Tables that the server makes beside those of models.
const OF_THE_SERVER: [&str; 8] = [
    "audit_log",
    "event_log",
    "jobs",
    "media",
    "model_history_coverage",
    "sessions",
    "users",
    "worker_tokens",
];

/// The start and what it left behind.
pub struct Observed {
    /// Why the server did not start; absent: it did.
    pub error: Option<String>,
    /// The catalog before.
    pub before: CatalogSeen,
    /// The catalog after.
    pub after: CatalogSeen,
    /// Why the insert of the case was refused; absent: it was not tried, or accepted.
    pub refused: Option<String>,
}

impl Observed {
    /// Starts the server with the file after, and tries the insert. The database is dropped afterwards.
    pub async fn of(workshop: &Workshop, database: &Database, case: &Case) -> Self {
        let (name, oid) = (&database.name, Some(database.oid));
        let before = workshop.copies.seen(name, oid).await.unwrap();
        let error = server::start(&database.url, &case.after).await.error;
        let after = workshop.copies.seen(name, oid).await.unwrap();
        let refused = match &case.insert {
            Some(insert) if error.is_none() => database.execute(insert).await.err().map(|it| it.to_string()),
            _ => None,
        };
        workshop.close(database).await;
        Self { error, before, after, refused }
    }

    /// The tables of models that the start changed.
    pub fn changed(&self) -> Vec<String> {
        let (before, after) = (tables(&self.before), tables(&self.after));
        let names = before.keys().chain(after.keys());
        let mut changed: Vec<String> =
            names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect();
        changed.sort();
        changed.dedup();
        changed
    }

    /// Tables of the server that lack the columns that it needs, or have others.
    pub fn spoilt(&self) -> bool {
        let table = |seen: &CatalogSeen, name: &str| seen.tables.iter().find(|it| it.name == name).cloned();
        let is_bare = |name: &str, column: &str| {
            table(&self.after, name).is_none_or(|seen| seen.columns.iter().all(|it| it.name != column))
        };
        let differs = |name: &&str| {
            let before = table(&self.before, name);
            before.is_some() && before != table(&self.after, name)
        };
        is_bare("users", "password_hash")
            || is_bare("jobs", "lease_id")
            || is_bare("media", "storage_key")
            || OF_THE_SERVER.iter().any(differs)
    }
}

/// Each table of a model as text: columns, constraints and indexes.
fn tables(seen: &CatalogSeen) -> BTreeMap<String, String> {
    let of_models = seen.tables.iter().filter(|table| !OF_THE_SERVER.contains(&table.name.as_str()));
    of_models
        .map(|table| {
            let indexes: Vec<_> = seen.indexes.iter().filter(|index| index.table == table.name).collect();
            (table.name.clone(), format!("{table:?} {indexes:?}"))
        })
        .collect()
}
