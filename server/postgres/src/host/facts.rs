//! What the catalogs say of one project's role and database, and which of it is wrong. One query, and pure functions
//! over its row.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use control_plane::ports::postgres_host::{DatabaseSpec, PostgresError, Repair};
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::DatabaseOid;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use super::role_settings::SETTINGS;
use crate::password::Password;
use crate::session::Session;

/// What every database of the server shows of role and database.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "attributes, as the catalogs have them")]
pub struct Facts {
    /// `None`: there is no such database.
    pub oid: Option<i64>,
    pub owned: bool,
    /// Whether anybody may connect at all.
    pub accepts: bool,
    pub database_limit: i32,
    pub public_access: bool,
    pub role_access: bool,
    /// Whether there is such a role.
    pub role: bool,
    pub login: bool,
    pub expires: bool,
    pub role_limit: i32,
    /// What only a superuser can take from it.
    pub exalted: bool,
    pub more: bool,
    pub settings: bool,
    /// Whether we have its rights, which a superuser always has.
    pub member: bool,
    pub verifier: Option<String>,
}

/// What the database itself shows of its schema `public`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Inside {
    pub schema_owned: bool,
    pub schema_public: bool,
}

#[derive(sqlx::FromRow)]
struct Both {
    #[sqlx(flatten)]
    facts: Facts,
    #[sqlx(flatten)]
    inside: Inside,
}

/// Whether we may read verifiers: superusers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verifiers {
    Readable,
    Hidden,
}

const SHARED: &str = "
    d.oid::int8 as oid,
    coalesce(pg_get_userbyid(d.datdba) = current_user, false) as owned,
    coalesce(d.datallowconn, false) as accepts,
    coalesce(d.datconnlimit, -1) as database_limit,
    exists(select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where a.grantee = 0)
      as public_access,
    (select count(*) from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
     where a.grantee = r.oid and a.privilege_type in ('CONNECT', 'TEMPORARY')) = 2 as role_access,
    r.oid is not null as role,
    coalesce(r.rolcanlogin, false) as login,
    coalesce(r.rolvaliduntil <> 'infinity', false) as expires,
    coalesce(r.rolconnlimit, 0) as role_limit,
    coalesce(r.rolsuper or r.rolreplication or r.rolbypassrls, false) as exalted,
    coalesce(r.rolcreatedb or r.rolcreaterole or r.rolinherit, false) as more,
    coalesce(r.rolconfig @> $2, false) as settings,
    (select me.rolsuper from pg_roles me where me.rolname = current_user)
      or coalesce(pg_has_role(r.oid, 'USAGE'), false) as member";

const INSIDE: &str = "
    coalesce((select n.nspowner = r.oid from pg_namespace n where n.nspname = 'public'), false) as schema_owned,
    exists(select from pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
           where n.nspname = 'public' and a.grantee = 0) as schema_public";

const FROM: &str = "
    from (select $1::name as name) wanted
    left join pg_database d on d.datname = wanted.name
    left join pg_roles r on r.rolname = wanted.name";

fn verifier(verifiers: Verifiers) -> &'static str {
    match verifiers {
        Verifiers::Readable => "(select p.rolpassword from pg_authid p where p.oid = r.oid) as verifier",
        Verifiers::Hidden => "null::text as verifier",
    }
}

/// The settings of the role as the catalog writes them.
fn settings() -> Vec<String> {
    SETTINGS.iter().map(|(setting, value)| format!("{setting}={value}")).collect()
}

/// Of role and database, from any database of the server.
pub async fn shared(
    session: &mut Session,
    doing: &'static str,
    name: &str,
    verifiers: Verifiers,
) -> Result<Facts, PostgresError> {
    let text = format!("select {SHARED}, {} {FROM}", verifier(verifiers));
    let rows: Vec<Facts> = session.rows(doing, sqlx::query(&text).bind(name).bind(settings())).await?;
    first(doing, rows)
}

/// Of role, database and schema, from the database itself.
pub async fn whole(
    session: &mut Session,
    doing: &'static str,
    name: &str,
    verifiers: Verifiers,
) -> Result<(Facts, Inside), PostgresError> {
    let text = format!("select {SHARED}, {}, {INSIDE} {FROM}", verifier(verifiers));
    let rows: Vec<Both> = session.rows(doing, sqlx::query(&text).bind(name).bind(settings())).await?;
    first(doing, rows).map(|Both { facts, inside }| (facts, inside))
}

/// Of the schema, from the database itself.
pub async fn inside(session: &mut Session, doing: &'static str, name: &str) -> Result<Inside, PostgresError> {
    let text = format!("select {INSIDE} {FROM}");
    let rows: Vec<Inside> = session.rows(doing, sqlx::query(&text).bind(name)).await?;
    first(doing, rows)
}

/// Each of the queries has one row.
fn first<T>(doing: &'static str, rows: Vec<T>) -> Result<T, PostgresError> {
    let none = || PostgresError::Refused { doing, reason: "the catalogs could not be read".into() };
    rows.into_iter().next().ok_or_else(none)
}

impl Facts {
    /// The database's identity; `None` when there is none.
    pub fn oid(&self) -> Option<DatabaseOid> {
        self.oid.and_then(|oid| u32::try_from(oid).ok()).map(DatabaseOid::new)
    }

    /// What is known of the password without logging in.
    pub fn password(&self, spec: &DatabaseSpec) -> Password {
        match &self.verifier {
            Some(kept) => verified(kept, spec.password.expose_secret()),
            None => Password::Unknown,
        }
    }

    /// What is not as it should be, of a role and a database that are there. The password is left to the caller.
    pub fn wrong(&self, spec: &DatabaseSpec) -> Vec<Repair> {
        let limit = i32::try_from(spec.connections).unwrap_or(i32::MAX);
        let judged = [
            (!self.role, Repair::Role),
            (self.role && !self.login, Repair::LogIn),
            (self.expires, Repair::Expiry),
            (self.role && self.role_limit != limit, Repair::RoleLimit),
            (self.exalted || self.more, Repair::Attributes),
            (self.role && !self.settings, Repair::Settings),
            (self.role && !self.member, Repair::Membership),
            (!self.owned, Repair::Owner),
            (self.database_limit != -1, Repair::DatabaseLimit),
            (!self.accepts, Repair::Closed),
            (self.public_access, Repair::PublicAccess),
            (!self.role_access, Repair::Access),
        ];
        judged.into_iter().filter_map(|(wrong, repair)| wrong.then_some(repair)).collect()
    }
}

impl Inside {
    /// Whether the schema is as it should be.
    pub const fn is_right(&self) -> bool {
        self.schema_owned && !self.schema_public
    }
}

/// Whether a password is the one of a verifier `SCRAM-SHA-256$iterations:salt$stored:server`.
///
/// A password outside of ASCII is normalised before it is hashed; that is left to the server.
fn verified(kept: &str, password: &str) -> Password {
    if !password.is_ascii() {
        return Password::Unknown;
    }
    match stored_key(kept, password) {
        Some((is, should)) if is == should => Password::Right,
        _ => Password::Wrong,
    }
}

/// The stored key of a verifier, and the one that this password would have. RFC 5802.
fn stored_key(kept: &str, password: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let (parameters, keys) = kept.strip_prefix("SCRAM-SHA-256$")?.split_once('$')?;
    let (iterations, salt) = parameters.split_once(':')?;
    let iterations: u32 = iterations.parse().ok().filter(|count| (1..=100_000).contains(count))?;
    let stored = STANDARD.decode(keys.split_once(':')?.0).ok()?;
    let mac = Hmac::<Sha256>::new_from_slice(password.as_bytes()).ok()?;
    let mut block = mac.clone().chain_update(STANDARD.decode(salt).ok()?).chain_update([0, 0, 0, 1]);
    let mut salted = [0; 32];
    for _ in 0..iterations {
        let digest = block.finalize().into_bytes();
        salted.iter_mut().zip(&digest).for_each(|(sum, byte)| *sum ^= byte);
        block = mac.clone().chain_update(digest);
    }
    let client = Hmac::<Sha256>::new_from_slice(&salted).ok()?.chain_update("Client Key").finalize();
    Some((stored, Sha256::digest(client.into_bytes()).to_vec()))
}

#[cfg(test)]
mod tests;
