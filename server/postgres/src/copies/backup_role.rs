//! The role that reads databases for backups: it reads everything, whatever row security says, and writes nothing.

use control_plane::ports::postgres_host::PostgresError;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::OnceCell;

use crate::password::{self, verifier};
use crate::session::{Session, state};
use crate::sql::{identifier, literal};

/// Its name on every server.
pub const NAME: &str = "fleet_backup";

const DOING: &str = "preparing the backup role";
const OPENING: &str = "connecting as the backup role";

const ROLE: &str = "
    select r.oid is not null as present,
           coalesce(r.rolbypassrls and r.rolcanlogin, false) as attributes,
           coalesce(r.rolsuper or r.rolreplication or r.rolcreatedb or r.rolcreaterole, false) as exalted,
           coalesce(pg_has_role(r.oid, 'pg_read_all_data', 'USAGE'), false) as reads,
           (select me.rolsuper from pg_roles me where me.rolname = current_user)
             or coalesce(pg_has_role(r.oid, 'USAGE'), false) as member,
           coalesce(has_database_privilege(r.oid, d.oid, 'CONNECT'), false) as connects,
           current_user::text as ours,
           current_setting('server_version_num')::int as version
    from (select $1::name as role, $2::name as database) wanted
    left join pg_roles r on r.rolname = wanted.role
    left join pg_database d on d.datname = wanted.database";

#[derive(sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "attributes, as the catalog has them")]
struct Role {
    present: bool,
    attributes: bool,
    /// Rights that it must not have.
    exalted: bool,
    reads: bool,
    /// Whether we may end its sessions.
    member: bool,
    connects: bool,
    ours: String,
    version: i32,
}

/// The backup role of one server, with a password that only this process knows. Another control plane on the same server sets its
/// own, so a refused log-in sets ours again.
pub struct BackupRole {
    admin: PgConnectOptions,
    password: SecretString,
    is_set: OnceCell<()>,
}

impl BackupRole {
    pub fn new(admin: PgConnectOptions) -> Self {
        Self { admin, password: password::random(), is_set: OnceCell::new() }
    }

    /// Its password, for a client program.
    pub const fn password(&self) -> &SecretString {
        &self.password
    }

    /// A session in a database. Role and right to connect are completed first.
    pub async fn session(&self, database: &str) -> Result<Session, PostgresError> {
        let mut admin = Session::open(&self.admin, DOING).await?;
        admin.lock(DOING, database).await?;
        self.complete(&mut admin, database).await?;
        self.is_set.get_or_try_init(|| self.set_password(&mut admin)).await?;
        let options = self.admin.clone().username(NAME).password(self.password.expose_secret());
        let options = options.database(database);
        if let Some(session) = Session::open_unless(&options, OPENING, &[state::WRONG_PASSWORD]).await? {
            return Ok(session);
        }
        self.set_password(&mut admin).await?;
        Session::open(&options, OPENING).await
    }

    async fn set_password(&self, admin: &mut Session) -> Result<(), PostgresError> {
        let secret = literal(&verifier(&self.password));
        let statement = format!("alter role {NAME} login password {secret} valid until 'infinity'");
        let role = role(admin, "").await?;
        run(admin, &role, &statement).await
    }

    async fn complete(&self, admin: &mut Session, database: &str) -> Result<(), PostgresError> {
        let found = role(admin, database).await?;
        if !(found.present && found.attributes && found.reads && found.member) || found.exalted {
            admin.lock(DOING, NAME).await?; // two databases, one role
            let found = role(admin, database).await?;
            for statement in missing(&found) {
                run(admin, &found, &statement).await?;
            }
        }
        if !found.connects {
            let database = identifier(database);
            admin.run(DOING, &format!("grant connect on database {database} to {NAME}")).await?;
        }
        Ok(())
    }
}

async fn role(admin: &mut Session, database: &str) -> Result<Role, PostgresError> {
    let rows: Vec<Role> = admin.rows(DOING, sqlx::query(ROLE).bind(NAME).bind(database)).await?;
    let none = || PostgresError::Refused { doing: DOING, reason: "the catalogs could not be read".into() };
    rows.into_iter().next().ok_or_else(none)
}

/// What is to be executed so that the role is as specified.
fn missing(role: &Role) -> Vec<String> {
    let wrong = [
        (!role.present, format!("create role {NAME} login bypassrls")),
        (role.present && !role.attributes, format!("alter role {NAME} login bypassrls")),
        (role.exalted, format!("alter role {NAME} nosuperuser noreplication nocreatedb nocreaterole")),
        (!role.reads, format!("grant pg_read_all_data to {NAME}")),
        (!role.member, format!("grant {NAME} to current_user")),
    ];
    wrong.into_iter().filter_map(|(wrong, statement)| wrong.then_some(statement)).collect()
}

/// Executes a statement about the role; if our own role may not, the error names what a superuser has to execute.
async fn run(admin: &mut Session, role: &Role, statement: &str) -> Result<(), PostgresError> {
    if admin.run_unless(DOING, state::INSUFFICIENT_PRIVILEGE, statement).await? {
        return Ok(());
    }
    let remedy = remedy(role);
    let reason = format!(
        "the role {} may not create or change a role with BYPASSRLS. Have a superuser execute: {remedy}",
        role.ours
    );
    Err(PostgresError::Refused { doing: DOING, reason })
}

/// From 16 on a role is changed only with `ADMIN OPTION` on it.
fn remedy(role: &Role) -> String {
    let make = if role.present { "alter" } else { "create" };
    let options = if role.version >= 160_000 { " with admin true, inherit true, set false" } else { "" };
    format!(
        "{make} role {NAME} login bypassrls nosuperuser; grant pg_read_all_data to {NAME}; grant {NAME} to {}{options};",
        identifier(&role.ours)
    )
}
