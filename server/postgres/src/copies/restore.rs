//! The program that loads a dump into a copy.

use std::process::Stdio;

use control_plane::ports::database_copies::{CopySpec, DumpSource};
use control_plane::ports::postgres_host::PostgresError;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::{ClientPrograms, connection, lookup, names};
use crate::password::{self, verifier};
use crate::session::Session;
use crate::sql::{identifier, literal};

const DOING: &str = "preparing the restore into a copy";

/// A copy is worthless until it is complete, so a commit does not wait for the disk. Limits of the server do not apply.
const OPTIONS: &str = "-c synchronous_commit=off -c maintenance_work_mem=256MB -c statement_timeout=0 -c lock_timeout=0 \
                       -c idle_in_transaction_session_timeout=0 -c client_min_messages=warning";

/// The whole contract of `restore`. Everything belongs to the copy's role until `finish` gives it to the owner. The copy's role gets a new password with each call, which only the program knows; so a restore
/// can be repeated after a restart.
pub async fn program(
    admin: &PgConnectOptions,
    programs: &ClientPrograms,
    copy: &CopySpec,
    source: &DumpSource,
) -> Result<Command, PostgresError> {
    names::refuse_other_names(DOING, &copy.name)?;
    let name = copy.name.to_string();
    let mut session = Session::open(admin, DOING).await?;
    let client = programs.for_server(DOING, lookup::server_version(&mut session, DOING).await?).await?;
    session.lock(DOING, &name).await?;
    if lookup::by_name(&mut session, DOING, &name).await?.is_none() {
        return Err(PostgresError::Gone { doing: DOING, database: copy.name.clone() });
    }
    let password = password::random();
    let secret = literal(&verifier(&password));
    let log_in = format!("alter role {} login password {secret}", identifier(&name));
    session.run(DOING, &log_in).await?;
    // one connection adds foreign keys before row security is forced, several do not
    let bypasses = lookup::bypasses_row_security(&mut session, DOING, &name).await?;
    let mut command = client.command("pg_restore");
    command.args(["--no-owner", "--no-tablespaces", "--exit-on-error", "--no-password"]);
    command.args(["--no-publications", "--no-subscriptions"]).arg(format!("--dbname={name}"));
    match source {
        DumpSource::Stdin => command.stdin(Stdio::piped()),
        DumpSource::File { path, connections } => {
            let jobs = if bypasses { (*connections).max(1) } else { 1 };
            command.arg(format!("--jobs={jobs}")).arg(path)
        }
    };
    command.env("PGAPPNAME", "fleet-restore").env("PGOPTIONS", OPTIONS).stdout(Stdio::null());
    connection::set(&mut command, admin, &name, &password);
    Ok(command)
}
