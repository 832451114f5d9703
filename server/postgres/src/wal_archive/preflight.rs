//! What the server lacks for the archive: pure.

use model::{MissingGrant, Weight};

use super::slot::Facts;
use crate::sql::identifier;

/// Everything that is missing. [`Weight::Missing`] prevents the archive.
pub fn missing(facts: &Facts) -> Vec<MissingGrant> {
    let role = &facts.role;
    let needed = |text: String, sql: Option<String>| MissingGrant { weight: Weight::Missing, text, sql };
    let mut missing = Vec::new();
    if facts.flushed().is_none() {
        let text = "The server is a standby: its write-ahead log is archived from its primary only.";
        missing.push(needed(text.to_owned(), None));
    }
    if !facts.replicates {
        let text = format!("The role {role} has no REPLICATION: the write-ahead log cannot be received.");
        missing.push(needed(text, Some(format!("alter role {} replication;", identifier(role)))));
    }
    if facts.wal_level == "minimal" {
        let text = "wal_level is minimal: the write-ahead log has too little for a restore. The server has to be started again.";
        missing.push(needed(text.to_owned(), Some("alter system set wal_level = replica;".to_owned())));
    }
    for (value, name) in
        [(facts.max_wal_senders, "max_wal_senders"), (facts.max_replication_slots, "max_replication_slots")]
    {
        if value < 1 {
            let text = format!(
                "{name} is 0: the write-ahead log cannot be received. The server has to be started again."
            );
            missing.push(needed(text, Some(format!("alter system set {name} = 10;"))));
        }
    }
    if facts.tablespaces > 0 {
        let text = format!(
            "The server has {} tablespaces of its own. Base backups of such a server are not supported.",
            facts.tablespaces
        );
        missing.push(needed(text, None));
    }
    missing.extend(unbounded(facts));
    missing
}

/// Without a limit, an archive that is away for long fills the disk of the server.
fn unbounded(facts: &Facts) -> Option<MissingGrant> {
    (facts.max_slot_wal_keep_size == "-1").then(|| MissingGrant {
        weight: Weight::Asked,
        text: "max_slot_wal_keep_size has no limit: while the archive cannot receive, the write-ahead log grows until the disk of the \
               server is full. Set it to about a fifth of the disk."
            .to_owned(),
        sql: Some("alter system set max_slot_wal_keep_size = '20GB'; select pg_reload_conf();".to_owned()),
    })
}
