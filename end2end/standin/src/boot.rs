//! The boot, in the original's order; whoever watches it from outside depends on that order.
//!
//! The schema file is read before the database is touched, the URL is printed in plain text before logging exists, migrations are
//! committed before `JWT_SECRET` is checked, and the socket is opened last: "connection refused" means "not booted".

use std::{io, net::IpAddr, process, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{PgPool, postgres::PgPoolOptions};
use thiserror::Error;
use tokio::{net::TcpListener, time};
use tracing_subscriber::EnvFilter;

use crate::{
    config::{Config, ConfigError},
    faults::{CRASH_CODE, FaultError, Faults},
    http::{self, AppState},
    migrate, passwords, platform_tables, rls,
    schema::{Schema, SchemaError},
    watcher,
};

/// Why the server ended. The messages are the original's: bare causes, the missing schema file without its path.
#[derive(Debug, Error)]
pub enum BootError {
    /// A setting.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A planted fault that makes no sense.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// The schema file cannot be read.
    #[error(transparent)]
    SchemaFile(io::Error),
    /// The schema has no models.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// No connection, or a migration failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Production needs a secret of its own; found out after the migrations.
    #[error("JWT_SECRET must be set in production environment")]
    JwtSecret,
    /// Row-level security.
    #[error(transparent)]
    Rls(#[from] rls::RlsError),
    /// The administrator.
    #[error(transparent)]
    Seed(#[from] passwords::SeedError),
    /// The metric families.
    #[error(transparent)]
    Metrics(#[from] http::MetricsError),
    /// `HOST` is not an IP address.
    #[error(transparent)]
    Host(#[from] std::net::AddrParseError),
    /// The socket, or serving on it.
    #[error(transparent)]
    Serve(io::Error),
}

const DEVELOPMENT_SECRET: &str = "dev-insecure-secret";

/// Boots and serves until the process is killed, the watcher fires or a planted crash ends it.
pub async fn run(config: Config, faults: Faults) -> Result<(), BootError> {
    let schema = std::fs::read_to_string(&config.schema_path).map_err(BootError::SchemaFile)?;
    let schema = Schema::parse(&schema)?;
    time::sleep(faults.boot_delay).await;
    if let Some(code) = faults.exit_at_boot {
        process::exit(code);
    }
    let pool = connect(&config).await?;
    platform_tables::ensure_event_tables(&pool).await?;
    migrate::run(&pool, &schema).await?;
    init_logging(&config);
    banner(&config, &schema, &faults);
    let secret = jwt_secret(&config)?;
    platform(&pool, &config, &schema, &faults).await?;
    serve(pool, config, schema, faults, secret).await
}

#[expect(clippy::print_stdout, reason = "the original prints this before logging exists, password included")]
async fn connect(config: &Config) -> Result<PgPool, sqlx::Error> {
    let url = config.database_url.expose_secret();
    println!("Connecting to database: {url}");
    PgPoolOptions::new().max_connections(config.pool_max).connect(url).await
}

fn init_logging(config: &Config) {
    let builder = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(&config.log_filter));
    if config.json_logs { builder.json().init() } else { builder.init() }
}

/// The second place where the original shows its password.
fn banner(config: &Config, schema: &Schema, faults: &Faults) {
    tracing::info!("🚀 Starting Atomo server");
    tracing::info!("   Database: {}", config.database_url.expose_secret());
    tracing::info!("   Schema: {}", config.schema_path.display());
    tracing::info!("   Models: {}", schema.registered().count());
    for model in schema.models.iter().filter(|model| !model.has_id()) {
        tracing::warn!(model = %model.name, "Model has no field id and is not registered");
    }
    for line in 1..=faults.warn_lines {
        tracing::warn!(line, "planted warning");
    }
}

fn jwt_secret(config: &Config) -> Result<SecretString, BootError> {
    match &config.jwt_secret {
        Some(secret) => Ok(secret.clone()),
        None if config.production => Err(BootError::JwtSecret),
        None => {
            tracing::warn!("JWT_SECRET is not set, using an insecure development secret");
            Ok(DEVELOPMENT_SECRET.into())
        }
    }
}

async fn platform(pool: &PgPool, config: &Config, schema: &Schema, faults: &Faults) -> Result<(), BootError> {
    platform_tables::ensure_others(pool).await?;
    if config.rls {
        if faults.rls_strict {
            rls::refuse_bypass_role(pool).await?;
        }
        rls::enable(pool, schema).await;
    }
    if let Err(error) = std::fs::create_dir_all(&config.media_dir) {
        tracing::warn!(path = %config.media_dir.display(), %error, "Media directory could not be created");
    }
    if let Some(admin) = &config.admin {
        passwords::seed_admin(pool, admin).await?;
    }
    Ok(())
}

async fn serve(
    pool: PgPool,
    config: Config,
    schema: Schema,
    faults: Faults,
    secret: SecretString,
) -> Result<(), BootError> {
    let host: IpAddr = config.host.parse()?;
    let listener = TcpListener::bind((host, config.port)).await.map_err(BootError::Serve)?;
    let address = listener.local_addr().map_err(BootError::Serve)?;
    let ballast = vec![1_u8; faults.allocate_mib << 20];
    tracing::info!("🌐 Server running at http://{address}");
    if let Some(every) = config.watch_every {
        tokio::spawn(watcher::watch(config.schema_path.clone(), every));
    }
    if let Some(after) = faults.crash_after {
        tokio::spawn(async move {
            time::sleep(after).await;
            process::exit(CRASH_CODE);
        });
    }
    let state = AppState::new(pool, config, schema, faults, secret)?;
    let served = http::serve(listener, Arc::new(state)).await.map_err(BootError::Serve);
    drop(ballast);
    served
}
