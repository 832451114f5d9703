//! The in-memory database server: roles that may or may not log in, databases with lines in them, sessions that end.

mod disturb;
mod session;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use model::state::DatabaseSeen;
use model::{ByteSize, DatabaseFigures, DatabaseName, DatabaseOid, MissingGrant, ProjectId};
use secrecy::{ExposeSecret as _, SecretString};
use time::OffsetDateTime;
use url::form_urlencoded;

use crate::ports::postgres_host::{
    DatabaseReport, DatabaseSpec, EnsureOutcome, PostgresError, PostgresHost, PostgresInfo, Presence, Repair,
};

pub use session::MemorySession;

#[cfg(test)]
mod tests;

const HOST: &str = "memory";
/// What an empty database takes, about as much as a real one.
const EMPTY: u64 = 7_500_000;

/// The databases that every server has come before.
const FIRST_OID: u32 = 16_384;

/// How the server behaves at the moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// It works.
    #[default]
    Well,
    /// It does not answer; sessions that were open are gone.
    Away,
    /// It has no space left: what writes is [`PostgresError::Full`].
    Full,
    /// Our own role may not make roles and databases.
    Refusing,
}

#[derive(Debug)]
struct Database {
    oid: DatabaseOid,
    password: SecretString,
    limit: u32,
    login: bool,
    lines: Vec<String>,
    /// Numbers of the open sessions.
    sessions: Vec<u64>,
}

/// `max_connections` unless a test says otherwise: more than any test gives to projects by accident.
const MAX_CONNECTIONS: u32 = 5_000;

#[derive(Debug)]
struct Inner {
    mood: Mood,
    max_connections: u32,
    missing_grants: Vec<MissingGrant>,
    databases: BTreeMap<DatabaseName, Database>,
    last_session: u64,
    last_oid: u32,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            mood: Mood::default(),
            max_connections: MAX_CONNECTIONS,
            missing_grants: Vec::new(),
            databases: BTreeMap::new(),
            last_session: 0,
            last_oid: FIRST_OID,
        }
    }
}

/// A database server that lives as long as its last clone.
#[derive(Debug, Clone)]
pub struct MemoryPostgres {
    host: Arc<str>,
    inner: Arc<Mutex<Inner>>,
}

impl Default for MemoryPostgres {
    fn default() -> Self {
        Self::at(HOST)
    }
}

impl MemoryPostgres {
    /// A server without projects.
    pub fn new() -> Self {
        Self::default()
    }

    /// A server without projects, at this host.
    pub fn at(host: &str) -> Self {
        Self { host: host.into(), inner: Arc::default() }
    }

    /// Whether an address is of this server.
    pub fn is_named_by(&self, url: &SecretString) -> bool {
        url.expose_secret().contains(&format!("@{}:5432/", self.host))
    }

    /// Changes how every clone behaves from now on. Databases stay as they are; sessions end when it goes away.
    pub fn set_mood(&self, mood: Mood) {
        let mut inner = self.lock();
        inner.mood = mood;
        if mood == Mood::Away {
            inner.databases.values_mut().for_each(|database| database.sessions.clear());
        }
    }

    /// Somebody starts the server with another `max_connections`.
    pub fn set_max_connections(&self, max_connections: u32) {
        self.lock().max_connections = max_connections;
    }

    /// Somebody takes rights from our role, which is told like this.
    pub fn set_missing_grants(&self, missing_grants: Vec<MissingGrant>) {
        self.lock().missing_grants = missing_grants;
    }

    /// The `CONNECTION LIMIT` of the project's role.
    pub fn limit(&self, id: &ProjectId) -> Option<u32> {
        self.lock().databases.get(&DatabaseName::main(id.clone())).map(|database| database.limit)
    }

    /// A session in a copy that an operation made on a real server. Memory has no entry of it: that of the project stands for it.
    pub fn log_in_to_copy(&self, copy: &DatabaseName) -> Result<MemorySession, String> {
        let mut inner = self.lock();
        inner.last_session += 1;
        let (name, number) = (DatabaseName::main(copy.project.clone()), inner.last_session);
        let database = inner.databases.get_mut(&name).ok_or("no such database")?;
        database.sessions.push(number);
        Ok(MemorySession { server: self.clone(), name, number })
    }

    /// Logs in as an instance would. The error is what the server says.
    pub fn log_in(&self, url: &SecretString) -> Result<MemorySession, String> {
        let (role, password, name) = parts(url.expose_secret()).ok_or("this is no address of this server")?;
        let mut inner = self.lock();
        if inner.mood == Mood::Away {
            return Err("connection refused".into());
        }
        let parsed = |name: &str| name.parse::<DatabaseName>().ok();
        let (role, name) = (parsed(&role), parsed(&name));
        inner.last_session += 1;
        let number = inner.last_session;
        let project = role.as_ref().and_then(|role| inner.databases.get_mut(role));
        let database = project.filter(|database| database.password.expose_secret() == password);
        let database = database.ok_or("password authentication failed")?;
        if !database.login {
            return Err("the role is not permitted to log in".into());
        }
        if name != role {
            return Err("permission denied for database".into());
        }
        if database.sessions.len() >= database.limit as usize {
            return Err("too many connections for role".into());
        }
        database.sessions.push(number);
        let name = role.ok_or("password authentication failed")?;
        Ok(MemorySession { server: self.clone(), name, number })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, doing: &'static str) -> Result<MutexGuard<'_, Inner>, PostgresError> {
        let inner = self.lock();
        if inner.mood == Mood::Away {
            let reason = format!("{}:5432: connection refused, a test took the server away", self.host);
            return Err(PostgresError::Away { doing, reason });
        }
        Ok(inner)
    }
}

/// Role, password and database of an address as [`PostgresHost::url`] makes it.
fn parts(url: &str) -> Option<(String, String, String)> {
    let (credentials, place) = url.strip_prefix("postgres://")?.split_once('@')?;
    let (role, password) = credentials.split_once(':')?;
    let (_, name) = place.split_once('/')?;
    let password = format!("password={password}");
    let (_, password) = form_urlencoded::parse(password.as_bytes()).next()?;
    Some((role.to_owned(), password.into_owned(), name.to_owned()))
}

impl Database {
    /// Brings the role in line; what was otherwise.
    fn mend(&mut self, password: SecretString, limit: u32) -> Vec<Repair> {
        let judged = [
            (!self.login, Repair::LogIn),
            (self.limit != limit, Repair::RoleLimit),
            (self.password.expose_secret() != password.expose_secret(), Repair::Password),
        ];
        (self.password, self.limit, self.login) = (password, limit, true);
        judged.into_iter().filter_map(|(wrong, repair)| wrong.then_some(repair)).collect()
    }

    fn bytes(&self) -> ByteSize {
        let lines: usize = self.lines.iter().map(String::len).sum();
        ByteSize::new(EMPTY + lines as u64)
    }
}

#[async_trait]
impl PostgresHost for MemoryPostgres {
    async fn probe(&self) -> Result<PostgresInfo, PostgresError> {
        let inner = self.open("asking the database server what it is")?;
        let open: usize = inner.databases.values().map(|database| database.sessions.len()).sum();
        Ok(PostgresInfo {
            name: "PostgreSQL 15.0".into(),
            version: 150_000,
            max_connections: inner.max_connections,
            reserved: 3,
            acts: 18,
            in_use: u32::try_from(open).unwrap_or(u32::MAX),
            role: "fleet".into(),
            superuser: inner.missing_grants.is_empty(),
            missing_grants: inner.missing_grants.clone(),
        })
    }

    async fn ensure_database(&self, spec: &DatabaseSpec) -> Result<EnsureOutcome, PostgresError> {
        const DOING: &str = "making the project's database";
        let mut inner = self.open(DOING)?;
        match inner.mood {
            Mood::Full => return Err(PostgresError::Full { doing: DOING }),
            Mood::Refusing => {
                let reason = "permission denied to create database".to_owned();
                return Err(PostgresError::Refused { doing: DOING, reason });
            }
            Mood::Well | Mood::Away => {}
        }
        let (password, limit) = (spec.password.clone(), spec.connections);
        if let Some(found) = inner.databases.get_mut(&spec.name) {
            spec.refuse_another(DOING, found.oid)?;
            return Ok(EnsureOutcome::Found { oid: found.oid, repairs: found.mend(password, limit) });
        }
        if spec.presence == Presence::MustExist {
            return Err(PostgresError::Gone { doing: DOING, database: spec.name.clone() });
        }
        inner.last_oid += 1;
        let oid = DatabaseOid::new(inner.last_oid);
        let made = Database { oid, password, limit, login: true, lines: Vec::new(), sessions: Vec::new() };
        inner.databases.insert(spec.name.clone(), made);
        Ok(EnsureOutcome::Created { oid })
    }

    async fn retain_database(&self, name: &DatabaseName) -> Result<Option<ByteSize>, PostgresError> {
        let mut inner = self.open("ending the use of the project's database")?;
        Ok(inner.databases.get_mut(name).map(|database| {
            database.login = false;
            database.sessions.clear();
            database.bytes()
        }))
    }

    async fn databases(&self) -> Result<BTreeMap<DatabaseName, DatabaseReport>, PostgresError> {
        let inner = self.open("listing the projects' databases")?;
        let seen = |database: &Database| DatabaseReport {
            facts: DatabaseSeen { oid: Some(database.oid), limit: Some(database.limit) },
            figures: DatabaseFigures {
                bytes: Some(database.bytes()),
                measured_at: Some(OffsetDateTime::now_utc()),
                connections: Some(u32::try_from(database.sessions.len()).unwrap_or(u32::MAX)),
            },
        };
        Ok(inner.databases.iter().map(|(name, database)| (name.clone(), seen(database))).collect())
    }

    fn socket(&self) -> Option<PathBuf> {
        None
    }

    fn url(&self, name: &DatabaseName, password: &SecretString) -> SecretString {
        let password: String = form_urlencoded::byte_serialize(password.expose_secret().as_bytes()).collect();
        let password = password.replace('+', "%20"); // as every URL has it, not only forms
        SecretString::from(format!("postgres://{name}:{password}@{}:5432/{name}", self.host))
    }
}
