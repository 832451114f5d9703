//! The replication slot on the server, and what the server says of itself.

use control_plane::ports::postgres_host::PostgresError;
use sqlx::postgres::PgConnectOptions;
use time::OffsetDateTime;

use super::catalog::Lsn;
use crate::session::Session;

const ASKING: &str = "asking the database server for its write-ahead log";
const CREATING: &str = "creating the replication slot of the archive";
const DROPPING: &str = "dropping the replication slot of the archive";

const FACTS: &str = "
    select clock_timestamp() as at, (select system_identifier::text from pg_control_system()) as system,
           case when not pg_is_in_recovery() then pg_current_wal_flush_lsn()::text end as flushed,
           current_setting('server_version_num')::int as version, current_setting('wal_level') as wal_level,
           current_setting('max_wal_senders')::int as max_wal_senders,
           current_setting('max_replication_slots')::int as max_replication_slots,
           current_setting('max_slot_wal_keep_size') as max_slot_wal_keep_size,
           r.rolname::text as role, r.rolsuper or r.rolreplication as replicates,
           (select count(*)::int from pg_tablespace where spcname not in ('pg_default', 'pg_global')) as tablespaces,
           s.slot_name is not null as has_slot, s.restart_lsn::text as archived, coalesce(s.active, false) as active,
           s.wal_status::text as wal_status
    from pg_roles r left join pg_replication_slots s on s.slot_name = $1
    where r.rolname = current_user";

/// What the server says.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Facts {
    /// Its clock.
    pub at: OffsetDateTime,
    /// The identifier that `initdb` gave it.
    pub system: String,
    flushed: Option<String>,
    pub version: i32,
    pub wal_level: String,
    pub max_wal_senders: i32,
    pub max_replication_slots: i32,
    /// `-1`: no limit.
    pub max_slot_wal_keep_size: String,
    /// Our role.
    pub role: String,
    /// Whether it may replicate.
    pub replicates: bool,
    /// Tablespaces beside the two that every server has.
    pub tablespaces: i32,
    pub has_slot: bool,
    archived: Option<String>,
    /// Whether a receiver is connected.
    pub active: bool,
    /// `reserved`, `extended`, `unreserved` or `lost`.
    pub wal_status: Option<String>,
}

impl Facts {
    /// `server_version_num`.
    pub fn version(&self) -> u32 {
        u32::try_from(self.version).unwrap_or_default()
    }

    /// The end of its log; `None` for a standby.
    pub fn flushed(&self) -> Option<Lsn> {
        Lsn::parse(self.flushed.as_deref()?)
    }

    /// Until where the receiver has written and synced.
    pub fn archived(&self) -> Option<Lsn> {
        Lsn::parse(self.archived.as_deref()?)
    }

    /// Whether the server has removed log that the receiver had not.
    pub fn is_lost(&self) -> bool {
        self.wal_status.as_deref() == Some("lost")
    }
}

/// Asks the server.
pub async fn facts(admin: &PgConnectOptions, slot: &str) -> Result<Facts, PostgresError> {
    read(&mut Session::open(admin, ASKING).await?, slot).await
}

/// Asks the server in an open session.
pub async fn read(session: &mut Session, slot: &str) -> Result<Facts, PostgresError> {
    let rows: Vec<Facts> = session.rows(ASKING, sqlx::query(FACTS).bind(slot)).await?;
    let none = || PostgresError::Refused { doing: ASKING, reason: "the catalogs could not be read".into() };
    rows.into_iter().next().ok_or_else(none)
}

/// Makes the slot; from now on the server retains its log until it is received.
pub async fn create(admin: &PgConnectOptions, slot: &str) -> Result<(), PostgresError> {
    let mut session = Session::open(admin, CREATING).await?;
    let query = sqlx::query("select slot_name::text from pg_create_physical_replication_slot($1, true)");
    let _: Vec<(String,)> = session.rows(CREATING, query.bind(slot)).await?;
    Ok(())
}

/// Drops the slot unless a receiver is connected. Absent is success.
pub async fn drop_unused(admin: &PgConnectOptions, slot: &str) -> Result<(), PostgresError> {
    let mut session = Session::open(admin, DROPPING).await?;
    let query = sqlx::query(
        "select slot_name::text from pg_replication_slots
         where slot_name = $1 and not active and pg_drop_replication_slot(slot_name) is not null",
    );
    let dropped: Vec<(String,)> = session.rows(DROPPING, query.bind(slot)).await?;
    if !dropped.is_empty() {
        tracing::info!(slot, "dropped the replication slot of the archive");
    }
    Ok(())
}
