//! What a delete destroys, as the requester and the approver see it.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::{Actor, BackupId, ByteSize, Hostname, OperationKind, span};

/// What a delete destroys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeleteFacts {
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The name of the database on its server.
    pub database: String,
    /// Its size; absent: its server did not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_bytes: Option<ByteSize>,
    /// Its tables, as the newest backup counted them; absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tables: Option<u64>,
    /// Its rows, as the newest backup counted them; absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The uploads, as the newest backup has them; absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_bytes: Option<ByteSize>,
    /// When rows, tables and uploads were counted.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub counted_at: Option<OffsetDateTime>,
    /// The backups that stay for their retention.
    pub backups: u64,
    /// Their size in the archive store.
    pub backup_bytes: ByteSize,
    /// The secrets; absent: the secret store did not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<u64>,
    /// The names, the primary one first.
    pub hostnames: Vec<Hostname>,
    /// When the gateway last passed a request on; absent: not recorded.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub last_request_at: Option<OffsetDateTime>,
    /// The newest backup that was proved by a restore; absent: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proved_backup: Option<ProvedBackup>,
    /// Other callers who worked on the project within the last 24 hours.
    pub others: Vec<OtherWork>,
}

/// A backup that was proved by a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvedBackup {
    /// Its id.
    pub id: BackupId,
    /// The moment that it shows.
    #[serde(with = "time::serde::rfc3339")]
    pub taken_at: OffsetDateTime,
}

/// What another caller did last on a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherWork {
    /// Who.
    pub actor: Actor,
    /// What was requested last.
    pub kind: OperationKind,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl DeleteFacts {
    /// All of it in one sentence: `1204 rows in 31 tables, 8.4 MB, shop.example.com; last request not recorded; proved backup 12 min
    /// old; ines@example.com worked on it 3 min before (settings).`
    pub fn sentence(&self) -> String {
        let rows = match (self.rows, self.tables) {
            (Some(rows), Some(tables)) => {
                format!("{} in {}", counted(rows, "row", "rows"), counted(tables, "table", "tables"))
            }
            _ => "Rows not counted yet".to_owned(),
        };
        let size = self.database_bytes.map_or_else(|| "size unknown".to_owned(), |bytes| bytes.to_string());
        let hosts = self.hostnames.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let hosts = if hosts.is_empty() { "no hostname".to_owned() } else { hosts };
        let last = self.last_request_at.map_or_else(
            || "last request not recorded".to_owned(),
            |at| format!("last request {} ago", self.age(at)),
        );
        let parts = [format!("{rows}, {size}, {hosts}"), last, self.proof(), self.others()];
        format!("{}.", parts.join("; "))
    }

    /// `proved backup 12 min old`.
    fn proof(&self) -> String {
        self.proved_backup.map_or_else(
            || "no proved backup".to_owned(),
            |backup| format!("proved backup {} old", self.age(backup.taken_at)),
        )
    }

    fn others(&self) -> String {
        if self.others.is_empty() {
            return "no one else worked on it within 24 h".to_owned();
        }
        let one = |other: &OtherWork| {
            format!("{} ({}, {} ago)", other.actor.label(), other.kind.change(), self.age(other.at))
        };
        format!("also at work: {}", self.others.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn age(&self, of: OffsetDateTime) -> String {
        span((self.at - of).max(Duration::ZERO))
    }
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Facts of which nothing is known.
    fn nothing(at: OffsetDateTime) -> DeleteFacts {
        DeleteFacts {
            at,
            database: "proj_shop".into(),
            database_bytes: None,
            tables: None,
            rows: None,
            media_bytes: None,
            counted_at: None,
            backups: 0,
            backup_bytes: ByteSize::new(0),
            secrets: None,
            hostnames: Vec::new(),
            last_request_at: None,
            proved_backup: None,
            others: Vec::new(),
        }
    }

    #[test]
    fn the_sentence_says_what_is_not_known() {
        assert_eq!(
            nothing(OffsetDateTime::UNIX_EPOCH).sentence(),
            "Rows not counted yet, size unknown, no hostname; last request not recorded; no proved backup; no one else worked on \
             it within 24 h."
        );
    }

    #[test]
    fn the_sentence_has_every_fact() {
        let at = OffsetDateTime::UNIX_EPOCH + Duration::days(1);
        let other = OtherWork {
            actor: Actor::Operator("ines@example.com".parse().unwrap()),
            kind: OperationKind::Edit,
            at: at - Duration::minutes(3),
        };
        let backup = ProvedBackup { id: uuid::Uuid::nil().into(), taken_at: at - Duration::minutes(12) };
        let all = DeleteFacts {
            rows: Some(1),
            tables: Some(31),
            database_bytes: Some(ByteSize::new(8_400_000)),
            hostnames: vec!["shop.example.com".parse().unwrap()],
            last_request_at: Some(at - Duration::hours(2)),
            proved_backup: Some(backup),
            others: vec![other],
            ..nothing(at)
        };
        assert_eq!(
            all.sentence(),
            "1 row in 31 tables, 8.4 MB, shop.example.com; last request 2 h ago; proved backup 12 min old; also at work: \
             ines@example.com (settings, 3 min ago)."
        );
    }
}
