//! Who may connect to a database: closing it to everybody and ending its sessions, and opening it to one role.

use std::time::Duration;

use control_plane::ports::postgres_host::PostgresError;
use model::{DatabaseName, DatabaseOid};
use tokio::time::Instant;

use super::lookup::{self, Found};
use crate::session::{Session, state};
use crate::sql::{identifier, literal};

/// How long the sessions may take to end; one that is deep in a system call ends later.
const LIMIT: Duration = Duration::from_secs(10);

/// Refuses new connections and ends the present ones, those of superusers too.
pub async fn close(
    session: &mut Session,
    doing: &'static str,
    database: &Found,
) -> Result<(), PostgresError> {
    let quoted = identifier(&database.name);
    session.run(doing, &format!("alter database {quoted} with allow_connections false")).await?;
    end_sessions(session, doing, database.oid).await
}

/// Ends the sessions in a database until there are none. Background workers of the server are ended by the statement that needs
/// the database for itself.
pub async fn end_sessions(
    session: &mut Session,
    doing: &'static str,
    oid: DatabaseOid,
) -> Result<(), PostgresError> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let end = sqlx::query(
            "select pg_terminate_backend(pid, 1000) from pg_stat_activity
             where datid::int8 = $1 and usesysid is not null and pid <> pg_backend_pid()",
        );
        let open: Vec<(bool,)> = session.rows(doing, end.bind(i64::from(oid.get()))).await?;
        if open.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            let reason = format!("{} connections did not end within {} s", open.len(), LIMIT.as_secs());
            return Err(PostgresError::Away { doing, reason });
        }
    }
}

/// Lets the role of the same name connect, and no other. A missing role is created, without log-in: the next
/// `PostgresHost::ensure_database` completes it.
pub async fn open_to_role(
    session: &mut Session,
    doing: &'static str,
    name: &DatabaseName,
) -> Result<(), PostgresError> {
    let name = name.to_string();
    if !lookup::missing_roles(session, doing, std::slice::from_ref(&name)).await?.is_empty() {
        create_role(session, doing, &name).await?;
    }
    open_database(session, doing, &name, &name).await
}

/// Lets a role connect to a database, and no other.
pub async fn open_database(
    session: &mut Session,
    doing: &'static str,
    name: &str,
    role: &str,
) -> Result<(), PostgresError> {
    let (quoted, role) = (identifier(name), identifier(role));
    let statements = format!(
        "revoke all on database {quoted} from public; grant connect, temporary on database {quoted} to {role}; \
         comment on database {quoted} is null; \
         alter database {quoted} with allow_connections true connection limit -1"
    );
    session.run(doing, &statements).await
}

/// Creates a role without rights and without log-in, of which ours is a member.
pub async fn create_role(
    session: &mut Session,
    doing: &'static str,
    name: &str,
) -> Result<(), PostgresError> {
    let quoted = identifier(name);
    let create = format!("create role {quoted} nologin noinherit nosuperuser noreplication nobypassrls");
    session.run_unless(doing, state::DUPLICATE_ROLE, &create).await?;
    session.run(doing, &format!("grant {quoted} to current_user")).await
}

/// Creates the role that loads a copy, without log-in. It inherits the rights of the owner that the copy gets, and bypasses row
/// security if our role may create such a role: foreign keys and materialized views of tables with forced row security cannot be
/// restored otherwise.
pub async fn create_loader(
    session: &mut Session,
    doing: &'static str,
    name: &str,
) -> Result<(), PostgresError> {
    let quoted = identifier(name);
    let create = format!("create role {quoted} nologin inherit nosuperuser noreplication");
    let bypassing = format!("{create} bypassrls");
    if !session.run_unless(doing, state::INSUFFICIENT_PRIVILEGE, &bypassing).await? {
        session.run(doing, &create).await?;
    }
    session.run(doing, &format!("grant {quoted} to current_user")).await
}

/// Says in the catalog what a database is, for people who find it there.
pub async fn comment(
    session: &mut Session,
    doing: &'static str,
    name: &str,
    text: &str,
) -> Result<(), PostgresError> {
    session.run(doing, &format!("comment on database {} is {}", identifier(name), literal(text))).await
}
