//! The registry's database: a fresh one each.

use control_plane::registry::Registry;
use postgres_host::testing::{TestCluster, TestDatabase};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _};

/// A database that nobody else uses. It goes with this value: a test may need a hundred of them.
pub struct Database {
    pool: PgPool,
    database: TestDatabase,
}

impl Database {
    /// An empty one.
    pub async fn new() -> Self {
        let database = TestCluster::shared().await.database().await;
        let options = database.options().disable_statement_logging();
        Self { pool: PgPoolOptions::new().max_connections(2).connect_lazy_with(options), database }
    }

    /// The registry in it, not migrated.
    pub async fn connect(&self) -> Registry {
        Registry::connect(self.database.options().disable_statement_logging()).await.unwrap()
    }

    /// The registry in it.
    pub async fn registry(&self) -> Registry {
        let registry = self.connect().await;
        registry.migrate().await.unwrap();
        registry
    }

    /// Runs a statement as somebody with `psql` would; the number of rows.
    pub async fn sql(&self, statement: &str) -> Result<u64, sqlx::Error> {
        sqlx::raw_sql(statement).execute(&self.pool).await.map(|done| done.rows_affected())
    }

    /// How it is connected to.
    pub fn options(&self) -> PgConnectOptions {
        self.database.options().disable_statement_logging()
    }

    /// Has it accept no change, or changes again; every connection to it ends.
    pub async fn make_read_only(&self, read_only: bool) {
        let value = if read_only { "on" } else { "off" };
        let statement = format!(
            "begin read write;
             do $$ begin execute format('alter database %I set default_transaction_read_only = {value}',
                                        current_database()); end $$;
             commit;
             select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()"
        );
        self.sql(&statement).await.unwrap();
    }

    /// Begins what somebody with `psql` has not committed yet.
    pub async fn begin(&self) -> sqlx::Transaction<'static, sqlx::Postgres> {
        self.pool.begin().await.unwrap()
    }

    /// The first column of the first row, as text.
    pub async fn text(&self, query: &str) -> String {
        let row = sqlx::query(&format!("select ({query})::text")).fetch_one(&self.pool).await.unwrap();
        row.get::<Option<String>, _>(0).unwrap_or_default()
    }

    /// Every row of every table, as text.
    pub async fn dump(&self) -> String {
        let tables = "select tablename::text from pg_tables where schemaname = 'public' order by 1";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&self.pool).await.unwrap();
        let mut dump = String::new();
        for table in tables {
            let rows = self.text(&format!("select string_agg(t::text, E'\\n') from {table} t")).await;
            dump.extend(["--- ", &table, "\n", &rows, "\n"]);
        }
        dump
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let options = self.database.options();
        // a runtime of its own: the test's may be ending
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(remove(options));
        });
        dropping.join().unwrap();
    }
}

async fn remove(options: PgConnectOptions) {
    let statement = format!("drop database {} with (force)", options.get_database().unwrap_or_default());
    let mut admin = PgConnection::connect_with(&options.database("postgres")).await.unwrap();
    sqlx::raw_sql(&statement).execute(&mut admin).await.unwrap();
}
