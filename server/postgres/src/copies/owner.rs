//! The role of a project that gets its database from a copy.

use control_plane::ports::postgres_host::PostgresError;
use model::DatabaseName;
use sqlx::postgres::PgConnectOptions;

use super::{access, lookup};
use crate::session::Session;
use crate::sql::identifier;

const PREPARING: &str = "making the role of a new project";
const REMOVING: &str = "removing the role of a project";

/// The whole contract of `prepare_owner`.
pub async fn prepare(admin: &PgConnectOptions, name: &DatabaseName) -> Result<(), PostgresError> {
    let mut session = without_database(admin, PREPARING, name).await?;
    let name = name.to_string();
    if lookup::missing_roles(&mut session, PREPARING, std::slice::from_ref(&name)).await?.is_empty() {
        return Ok(());
    }
    access::create_role(&mut session, PREPARING, &name).await
}

/// The whole contract of `remove_owner`.
pub async fn remove(admin: &PgConnectOptions, name: &DatabaseName) -> Result<(), PostgresError> {
    let mut session = without_database(admin, REMOVING, name).await?;
    session.run(REMOVING, &format!("drop role if exists {}", identifier(&name.to_string()))).await
}

/// A session with the lock of a name that a project uses and no database has.
async fn without_database(
    admin: &PgConnectOptions,
    doing: &'static str,
    name: &DatabaseName,
) -> Result<Session, PostgresError> {
    let refused = |reason| PostgresError::Refused { doing, reason };
    if !name.is_main() {
        return Err(refused(format!("{name} is not the name of a project's database")));
    }
    let mut session = Session::open(admin, doing).await?;
    session.lock(doing, &name.to_string()).await?;
    match lookup::by_name(&mut session, doing, &name.to_string()).await? {
        Some(_) => Err(refused(format!("there is a database {name}, which is not changed"))),
        None => Ok(session),
    }
}
