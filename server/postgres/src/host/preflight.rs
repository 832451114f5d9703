//! What the server has to give, and what our own role may not do there: asked in one query at every probe, judged by pure
//! functions. What a superuser has to grant is said as SQL.
//!
//! What the role needs, by version:
//! - 15: `CREATEDB` to make databases; `CREATEROLE` to make roles, to change every role that is no superuser, and to make
//!   itself a member of them; `INHERIT`, because who owns a schema or ends a session is judged by inherited rights.
//! - 16 and newer: the same, but `CREATEROLE` only reaches roles on which it has `ADMIN OPTION`. It has that on those that
//!   it made; on roles that somebody else made it has to be granted.

use control_plane::ports::postgres_host::{PostgresError, PostgresInfo};
use model::{MissingGrant, Weight};

use super::{ACTS, Tenancy};
use crate::session::Session;
use crate::sql::identifier;

#[cfg(test)]
mod tests;

/// The oldest server that is used: before it, every role could create in every schema `public`.
const OLDEST: i32 = 150_000;
/// From here on `CREATEROLE` ends at the roles on which it has `ADMIN OPTION`.
const WITH_ADMIN_OPTION: i32 = 160_000;
/// Names that are said of many.
const NAMED: usize = 5;
/// The databases that every server has.
const DEFAULTS: [&str; 2] = ["postgres", "template1"];

const DOING: &str = "asking the database server what it is";

const FACTS: &str = "
    select 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) as product,
           current_setting('server_version_num')::int as version,
           current_setting('max_connections')::int as max_connections,
           current_setting('superuser_reserved_connections')::int
             + coalesce(current_setting('reserved_connections', true), '0')::int as reserved,
           (select count(*)::int from pg_stat_activity where datid is not null and usesysid is not null) as in_use,
           r.rolname::text as role, r.rolsuper as superuser, r.rolcreatedb as createdb, r.rolcreaterole as createrole,
           r.rolinherit as inherit, r.rolbypassrls as bypassrls, r.rolconnlimit as connection_limit,
           array(select d.datname::text from pg_database d
                 where d.datallowconn and has_database_privilege('public', d.oid, 'CONNECT') order by 1) as open,
           array(select d.datname::text from pg_database d
                 where d.datname like 'proj\\_%' and not pg_has_role(d.datdba, 'USAGE') order by 1) as unowned,
           array(select p.rolname::text from pg_roles p
                 where p.rolname like 'proj\\_%' and not exists (
                   select from pg_auth_members m where m.roleid = p.oid and m.member = r.oid and m.admin_option)
                 order by 1) as unadministered
    from pg_roles r where r.rolname = current_user";

/// A row of [`FACTS`].
#[derive(Debug, Clone, Default, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "a role's attributes, as the catalog has them")]
struct Facts {
    product: String,
    version: i32,
    max_connections: i32,
    reserved: i32,
    in_use: i32,
    role: String,
    superuser: bool,
    createdb: bool,
    createrole: bool,
    inherit: bool,
    bypassrls: bool,
    /// -1: none.
    connection_limit: i32,
    /// Databases that every role may connect to.
    open: Vec<String>,
    /// Projects' databases of somebody whose rights we do not have.
    unowned: Vec<String>,
    /// Projects' roles on which we have no `ADMIN OPTION`.
    unadministered: Vec<String>,
}

/// Asks; a server that is too old is refused.
pub async fn probe(session: &mut Session, tenancy: Tenancy) -> Result<PostgresInfo, PostgresError> {
    let rows: Vec<Facts> = session.rows(DOING, sqlx::query(FACTS)).await?;
    let facts = rows.into_iter().next().unwrap_or_default();
    if facts.version < OLDEST {
        let reason =
            format!("{} is too old, PostgreSQL {} or newer is needed", facts.product, OLDEST / 10_000);
        return Err(PostgresError::Refused { doing: DOING, reason });
    }
    let missing_grants = facts.missing_grants(tenancy);
    let number = |value: i32| u32::try_from(value).unwrap_or_default();
    Ok(PostgresInfo {
        version: number(facts.version),
        max_connections: number(facts.max_connections),
        reserved: number(facts.reserved),
        in_use: number(facts.in_use),
        acts: ACTS,
        name: facts.product,
        role: facts.role,
        superuser: facts.superuser,
        missing_grants,
    })
}

impl Facts {
    fn missing_grants(&self, tenancy: Tenancy) -> Vec<MissingGrant> {
        let mut missing_grants = Vec::new();
        if !self.superuser {
            self.attributes(&mut missing_grants);
            self.of_others(&mut missing_grants);
            self.lost(&mut missing_grants);
        }
        self.open_databases(tenancy, &mut missing_grants);
        missing_grants
    }

    fn role(&self) -> String {
        identifier(&self.role)
    }

    /// The attributes without which no project can be made.
    fn attributes(&self, grants: &mut Vec<MissingGrant>) {
        let role = self.role();
        for (has, word, why) in [
            (self.createdb, "createdb", "projects' databases cannot be made"),
            (self.createrole, "createrole", "projects' roles cannot be made or changed"),
            (self.inherit, "inherit", "a project's role cannot be given its schema"),
        ] {
            if !has {
                let text = format!("The role {} has no {}: {why}.", self.role, word.to_uppercase());
                let sql = format!("alter role {role} {word};");
                grants.push(MissingGrant { weight: Weight::Missing, text, sql: Some(sql) });
            }
        }
    }

    /// What somebody else made, a superuser that the fleet worked as before for one.
    fn of_others(&self, grants: &mut Vec<MissingGrant>) {
        let role = self.role();
        if self.version >= WITH_ADMIN_OPTION && !self.unadministered.is_empty() {
            let text = format!(
                "The role {} did not make the roles of some projects ({}), and from PostgreSQL 16 on it can change them \
                 only with ADMIN OPTION.",
                self.role,
                some(&self.unadministered)
            );
            let grant = format!("to {role} with admin true, inherit true, set true;");
            let sql = each(&self.unadministered, |name| format!("grant {name} {grant}"));
            grants.push(MissingGrant { weight: Weight::Missing, text, sql: Some(sql) });
        }
        if !self.unowned.is_empty() {
            let text = format!(
                "The databases of some projects ({}) belong to somebody else, so they cannot be worked on.",
                some(&self.unowned)
            );
            let sql = each(&self.unowned, |name| format!("alter database {name} owner to {role};"));
            grants.push(MissingGrant { weight: Weight::Missing, text, sql: Some(sql) });
        }
    }

    /// What only a superuser can, or a role that was given it one by one.
    fn lost(&self, grants: &mut Vec<MissingGrant>) {
        let (role, mut lost) = (self.role(), |text: String, sql: Option<String>| {
            grants.push(MissingGrant { weight: Weight::Lost, text, sql });
        });
        lost(
            format!(
                "The role {} is no superuser: a project's role that somebody made a superuser, or gave REPLICATION or \
                 BYPASSRLS, cannot be corrected, and the sessions of superusers in a project's database cannot be ended.",
                self.role
            ),
            None,
        );
        if !self.bypassrls {
            let text = "Without BYPASSRLS it cannot back up tables whose row security is forced.";
            lost(text.to_owned(), Some(format!("alter role {role} bypassrls;")));
        }
        if (0..i32::try_from(ACTS).unwrap_or(i32::MAX)).contains(&self.connection_limit) {
            let text = format!(
                "It may have {} connections itself and takes up to {ACTS}: work on databases waits for itself.",
                self.connection_limit
            );
            lost(text, Some(format!("alter role {role} connection limit -1;")));
        }
    }

    /// What every role may open, so a project's too. Whether others need it is for the operator to say.
    fn open_databases(&self, tenancy: Tenancy, grants: &mut Vec<MissingGrant>) {
        let (defaults, others): (Vec<_>, Vec<_>) =
            self.open.iter().cloned().partition(|name| DEFAULTS.contains(&name.as_str()));
        let close =
            |names: &[String]| each(names, |name| format!("revoke connect on database {name} from public;"));
        match tenancy {
            Tenancy::Exclusive if self.superuser || defaults.is_empty() => {}
            Tenancy::Exclusive => {
                let text = format!(
                    "The settings say that the server is the fleet's alone, but {} are open to every role and the role {} \
                     may not own them, so it may be unable to close them.",
                    some(&defaults),
                    self.role
                );
                grants.push(MissingGrant { weight: Weight::Missing, text, sql: Some(close(&defaults)) });
            }
            Tenancy::Shared if defaults.is_empty() => {}
            Tenancy::Shared => {
                let text = format!(
                    "Every role may connect to {}, a project's role too: it sees the names of all databases and roles \
                     there, and can make temporary tables; no data of another project. Close them here if nobody needs \
                     them open, or say exclusive = true for this server in ATOMO_FLEET_DATABASE_SERVERS.",
                    some(&defaults)
                );
                grants.push(MissingGrant { weight: Weight::Asked, text, sql: Some(close(&defaults)) });
            }
        }
        if !others.is_empty() {
            let text = format!(
                "Every role may connect to further databases, a project's role too: {}.",
                some(&others)
            );
            grants.push(MissingGrant { weight: Weight::Asked, text, sql: Some(close(&others)) });
        }
    }
}

/// The first few names, and how many more there are.
fn some(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A statement for each name, a line each.
fn each(names: &[String], statement: impl Fn(&str) -> String) -> String {
    names.iter().map(|name| statement(&identifier(name))).collect::<Vec<_>>().join("\n")
}
