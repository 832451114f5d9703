//! One connection for one act. Nothing is pooled: an act that is cancelled half-way leaves no lock and no open
//! transaction behind, because its connection ends with it.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use control_plane::ports::postgres_host::PostgresError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgRow};
use sqlx::{ConnectOptions as _, Executor as _, FromRow, Postgres};

use crate::password::Password;
use crate::sql::literal;

type Query<'q> = sqlx::query::Query<'q, Postgres, sqlx::postgres::PgArguments>;

/// How long a server may take to let us in.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// How long one statement may take; copying the template of a database on a slow disk is the longest.
const STATEMENT_LIMIT: Duration = Duration::from_secs(60);

/// SQLSTATEs that this package decides by.
pub mod state {
    pub const DUPLICATE_DATABASE: &str = "42P04";
    pub const DUPLICATE_ROLE: &str = "42710";
    pub const NO_SUCH_OBJECT: &str = "42704";
    pub const NO_SUCH_DATABASE: &str = "3D000";
    pub const DEPENDENT_OBJECTS: &str = "2BP01";
    pub const NOT_ACCEPTING: &str = "55000";
    pub const INSUFFICIENT_PRIVILEGE: &str = "42501";
    pub const WRONG_PASSWORD: &str = "28P01";
    /// A type has no hash function, for example.
    pub const NO_SUCH_FUNCTION: &str = "42883";
    pub const NOT_NULL: &str = "23502";
    /// The class of violated constraints.
    pub const CONSTRAINTS: &str = "23";
    pub use control_plane::ports::sqlstate::{DISK_FULL, TOO_MANY_CONNECTIONS, passes};
}

/// An open connection.
pub struct Session {
    connection: PgConnection,
    place: String,
    limit: Duration,
}

impl Session {
    /// Connects; `doing` is what for.
    pub async fn open(options: &PgConnectOptions, doing: &'static str) -> Result<Self, PostgresError> {
        let place = place(options);
        match Self::connect(options).await {
            Ok(connection) => Ok(Self { connection, place, limit: STATEMENT_LIMIT }),
            Err(fault) => Err(fault.told(doing, &place)),
        }
    }

    /// Connects; `None` when it was refused with one of these SQLSTATEs, which is no error here.
    pub async fn open_unless(
        options: &PgConnectOptions,
        doing: &'static str,
        refused: &[&str],
    ) -> Result<Option<Self>, PostgresError> {
        let place = place(options);
        match Self::connect(options).await {
            Ok(connection) => Ok(Some(Self { connection, place, limit: STATEMENT_LIMIT })),
            Err(fault) if fault.sqlstate().is_some_and(|code| refused.contains(&&*code)) => Ok(None),
            Err(fault) => Err(fault.told(doing, &place)),
        }
    }

    /// Whether a role gets in with this password. A full role or database refuses after the password was accepted;
    /// what refuses before it was asked for tells nothing.
    pub async fn login(options: &PgConnectOptions, doing: &'static str) -> Result<Password, PostgresError> {
        let Err(fault) = Self::connect(options).await else { return Ok(Password::Right) };
        match fault.sqlstate().as_deref() {
            Some(state::TOO_MANY_CONNECTIONS) => Ok(Password::Right),
            Some(state::WRONG_PASSWORD) => Ok(Password::Wrong),
            Some(code) if code.starts_with("28") => Ok(Password::Unknown),
            _ => Err(fault.told(doing, &place(options))),
        }
    }

    /// Nothing but the catalogs is searched for functions and operators: a database of a project may hold some that
    /// match better.
    async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Fault> {
        let options = options
            .clone()
            .application_name("atomo-fleet")
            .options([("search_path", "pg_catalog")])
            .disable_statement_logging();
        within(CONNECT_LIMIT, options.connect()).await
    }

    /// Removes the time limit of the following statements. For work whose duration depends on the size of a database.
    pub const fn unlimited(&mut self) {
        self.limit = Duration::MAX;
    }

    /// Sets the usual time limit again.
    pub const fn limited(&mut self) {
        self.limit = STATEMENT_LIMIT;
    }

    /// Executes statements that answer nothing.
    pub async fn run(&mut self, doing: &'static str, statements: &str) -> Result<(), PostgresError> {
        let outcome = within(self.limit, self.connection.execute(statements)).await;
        outcome.map(drop).map_err(|error| error.told(doing, &self.place))
    }

    /// Executes a statement; `false` when it was refused with this SQLSTATE, which is no error here.
    pub async fn run_unless(
        &mut self,
        doing: &'static str,
        refused: &str,
        statement: &str,
    ) -> Result<bool, PostgresError> {
        match within(self.limit, self.connection.execute(statement)).await {
            Ok(_) => Ok(true),
            Err(error) if error.sqlstate().as_deref() == Some(refused) => Ok(false),
            Err(error) => Err(error.told(doing, &self.place)),
        }
    }

    /// The rows of a query.
    pub async fn rows<R>(&mut self, doing: &'static str, query: Query<'_>) -> Result<Vec<R>, PostgresError>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        self.read(query).await.map_err(|error| error.told(doing, &self.place))
    }

    /// The rows of a query; `None` when it was refused with this SQLSTATE, which is no error here.
    pub async fn rows_unless<R>(
        &mut self,
        doing: &'static str,
        refused: &str,
        query: Query<'_>,
    ) -> Result<Option<Vec<R>>, PostgresError>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        match self.read(query).await {
            Ok(rows) => Ok(Some(rows)),
            Err(error) if error.sqlstate().as_deref() == Some(refused) => Ok(None),
            Err(error) => Err(error.told(doing, &self.place)),
        }
    }

    /// The rows of a query; `None` if the server refused it or ended it for its time, which is no error here.
    pub async fn rows_if_accepted<R>(&mut self, query: Query<'_>) -> Result<Option<Vec<R>>, PostgresError>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        const DOING: &str = "asking a question";
        match self.read(query).await {
            Ok(rows) => Ok(Some(rows)),
            Err(error) if error.sqlstate().is_some() => Ok(None),
            Err(error) => Err(error.told(DOING, &self.place)),
        }
    }

    /// Executes a statement that the server may refuse for what it is: then how. Errors that pass, and a full disk, are errors.
    pub async fn refusal(
        &mut self,
        doing: &'static str,
        statement: &str,
    ) -> Result<Option<Refusal>, PostgresError> {
        let Err(fault) = within(self.limit, self.connection.execute(statement)).await else {
            return Ok(None);
        };
        let refusal = fault.refusal();
        match fault.told(doing, &self.place) {
            PostgresError::Refused { .. } if refusal.is_some() => Ok(refusal),
            error => Err(error),
        }
    }

    async fn read<R>(&mut self, query: Query<'_>) -> Result<Vec<R>, Fault>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let read = async {
            let rows = query.fetch_all(&mut self.connection).await?;
            rows.iter().map(R::from_row).collect::<Result<Vec<R>, _>>()
        };
        within(self.limit, read).await
    }

    /// Waits until no other session, of this process or another, holds the lock of that name. It is held until the
    /// connection ends.
    pub async fn lock(&mut self, doing: &'static str, name: &str) -> Result<(), PostgresError> {
        let key = literal(&format!("atomo-fleet {name}"));
        self.run(doing, &format!("select pg_advisory_lock(hashtextextended({key}, 0))")).await
    }
}

/// Where that is, as a person would say it. No credential is in it.
fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => format!("{}/.s.PGSQL.{}", folder.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// Why the server refused a statement.
pub struct Refusal {
    /// The SQLSTATE.
    pub sqlstate: String,
    /// The message of the server.
    pub message: String,
    /// The column that it names.
    pub column: Option<String>,
}

/// Why an act came to nothing.
enum Fault {
    Sql(sqlx::Error),
    Slow(Duration),
}

async fn within<T>(
    limit: Duration,
    act: impl Future<Output = Result<T, sqlx::Error>> + Send,
) -> Result<T, Fault> {
    match tokio::time::timeout(limit, act).await {
        Ok(outcome) => outcome.map_err(Fault::Sql),
        Err(_) => Err(Fault::Slow(limit)),
    }
}

impl Fault {
    fn sqlstate(&self) -> Option<String> {
        let Self::Sql(sqlx::Error::Database(error)) = self else { return None };
        error.code().map(Cow::into_owned)
    }

    fn refusal(&self) -> Option<Refusal> {
        let Self::Sql(sqlx::Error::Database(error)) = self else { return None };
        let error = error.try_downcast_ref::<PgDatabaseError>()?;
        Some(Refusal {
            sqlstate: error.code().to_owned(),
            message: error.message().to_owned(),
            column: error.column().map(str::to_owned),
        })
    }

    fn told(self, doing: &'static str, place: &str) -> PostgresError {
        let away = |what: String| PostgresError::Away { doing, reason: format!("{place}: {what}") };
        let code = self.sqlstate().unwrap_or_default();
        match self {
            Self::Slow(limit) => away(format!("no answer within {} s", limit.as_secs())),
            Self::Sql(sqlx::Error::Database(_)) if code == state::DISK_FULL => PostgresError::Full { doing },
            Self::Sql(sqlx::Error::Database(error)) => {
                let said = format!("{} (SQLSTATE {code})", error.message());
                if code == state::TOO_MANY_CONNECTIONS {
                    away(format!("{said}; stop what holds its connections, or raise max_connections there"))
                } else if state::passes(&code) {
                    away(said)
                } else {
                    PostgresError::Refused { doing, reason: said }
                }
            }
            Self::Sql(error @ (sqlx::Error::Configuration(_) | sqlx::Error::Decode(_))) => {
                PostgresError::Refused { doing, reason: format!("{place}: {error}") }
            }
            Self::Sql(error) => away(error.to_string()),
        }
    }
}
