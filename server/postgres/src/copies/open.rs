//! Opens a finished copy to a server that is started on it.

use control_plane::ports::database_copies::CopySpec;
use control_plane::ports::postgres_host::PostgresError;
use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;

use super::{access, lookup, names};
use crate::password::{self, verifier};
use crate::session::Session;
use crate::sql::{identifier, literal};

const DOING: &str = "opening a copy of a database";

/// The whole contract of `open_copy`. The role inherits the rights of the owner, as the server needs them that migrates its tables
/// at each start; what it creates is dropped with the copy.
pub async fn copy(
    admin: &PgConnectOptions,
    copy: &CopySpec,
    connections: u32,
) -> Result<SecretString, PostgresError> {
    names::refuse_other_names(DOING, &copy.name)?;
    let name = copy.name.to_string();
    let mut session = Session::open(admin, DOING).await?;
    session.lock(DOING, &name).await?;
    if lookup::by_name(&mut session, DOING, &name).await?.is_none() {
        return Err(PostgresError::Gone { doing: DOING, database: copy.name.clone() });
    }
    if !lookup::missing_roles(&mut session, DOING, std::slice::from_ref(&name)).await?.is_empty() {
        access::create_role(&mut session, DOING, &name).await?;
    }
    let (quoted, password) = (identifier(&name), password::random());
    let secret = literal(&verifier(&password));
    let log_in =
        format!("alter role {quoted} inherit login password {secret} connection limit {connections}");
    session.run(DOING, &log_in).await?;
    if let Some(owner) = &copy.owner {
        session.run(DOING, &format!("grant {} to {quoted}", identifier(&owner.to_string()))).await?;
    }
    session.run(DOING, &format!("grant connect, temporary on database {quoted} to {quoted}")).await?;
    Ok(password)
}
