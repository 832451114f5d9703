//! What the server reads from its environment, with the original's defaults and its leniency.
//!
//! Nothing outside this module and [`crate::faults`] reads a variable, so the list of what matters is in one place.
//! `ATOMO_PROJECT_ID` is not in it: the original does not read it either.

mod retention;
mod vars;

use std::{fmt::Display, path::PathBuf, str::FromStr, time::Duration};

use secrecy::SecretString;
use thiserror::Error;

pub use self::vars::Vars;
use crate::args::Args;

/// The settings that the original refuses to boot with.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A retention setting is not the JSON it should be.
    #[error("invalid {name}: {message}")]
    Retention {
        /// The variable.
        name: &'static str,
        /// What the JSON parser objected to.
        message: String,
    },
}

/// All settings of one run.
#[derive(Debug)]
pub struct Config {
    /// Postgres, the only one.
    pub database_url: SecretString,
    /// Upper bound of open connections.
    pub pool_max: u32,
    /// The schema file; read once at boot and then watched, if so asked.
    pub schema_path: PathBuf,
    /// Poll interval of the schema watcher; `None` is off.
    pub watch_every: Option<Duration>,
    /// Address to bind, not parsed before the end of the boot: the original finds a bad one only then.
    pub host: String,
    /// Port to bind.
    pub port: u16,
    /// Signs tokens; any text is accepted, the empty one too.
    pub jwt_secret: Option<SecretString>,
    /// `ATOMO_ENV=production`.
    pub production: bool,
    /// Log lines are JSON.
    pub json_logs: bool,
    /// `RUST_LOG` directives.
    pub log_filter: String,
    /// Requests per window and client.
    pub rate_limit: u32,
    /// Length of the window.
    pub rate_window: Duration,
    /// Origins that browsers may call from, `*` for any.
    pub cors_origins: Vec<String>,
    /// The admin to create once; present only when both variables are non-empty.
    pub admin: Option<AdminSeed>,
    /// Row-level security per tenant.
    pub rls: bool,
    /// Where media would lie.
    pub media_dir: PathBuf,
    /// The `Content-Security-Policy` and its companions; `None` when they are disabled.
    pub csp: Option<String>,
    /// What `/version` reports.
    pub build: BuildInfo,
}

/// The first administrator of the project.
#[derive(Debug)]
pub struct AdminSeed {
    /// Key of the account.
    pub email: String,
    /// First password, or the new one with `reset`.
    pub password: SecretString,
    /// Rotate the hash of an account that exists.
    pub reset: bool,
}

/// The build arguments of an image; `unknown` in a plain cargo build.
#[derive(Debug)]
pub struct BuildInfo {
    /// Image tag with its `v`, else the crate's version.
    pub version: String,
    /// Commit.
    pub commit: String,
    /// RFC 3339 time.
    pub time: String,
}

const DEFAULT_CSP: &str = "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' \
                           'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:";

impl Config {
    /// Reads the settings; a value that does not parse becomes its default, as in the original.
    pub fn from_vars(vars: &Vars, args: &Args) -> Result<Self, ConfigError> {
        retention::check(vars)?;
        Ok(Self {
            database_url: vars.text_or("DATABASE_URL", "postgresql://127.0.0.1/atomo_dev").into(),
            pool_max: number(vars, "DATABASE_POOL_MAX", 20).max(1),
            schema_path: schema_path(vars, args),
            watch_every: vars
                .flag("ATOMO_SCHEMA_WATCH")
                .then(|| Duration::from_secs(number(vars, "ATOMO_SCHEMA_WATCH_INTERVAL", 2).max(1))),
            host: vars.text_or("HOST", "::"),
            port: args.port.unwrap_or_else(|| number(vars, "PORT", 3000)),
            jwt_secret: vars.text("JWT_SECRET").map(SecretString::from),
            production: vars.text("ATOMO_ENV") == Some("production"),
            json_logs: vars.text("LOG_FORMAT") == Some("json"),
            log_filter: vars.text_or("RUST_LOG", "info"),
            rate_limit: number(vars, "RATE_LIMIT_RPS", 100),
            rate_window: Duration::from_secs(number(vars, "RATE_LIMIT_WINDOW_SECS", 60).max(1)),
            cors_origins: list(&vars.text_or("CORS_ORIGINS", "http://localhost:3000")),
            admin: admin(vars),
            rls: vars.flag("ATOMO_ENABLE_RLS"),
            media_dir: vars.text_or("STORAGE_LOCAL_DIR", ".atomo/media").into(),
            csp: (!vars.flag("DISABLE_SECURITY_HEADERS")).then(|| vars.text_or("CSP", DEFAULT_CSP)),
            build: BuildInfo {
                version: vars.text_or("ATOMO_VERSION", env!("CARGO_PKG_VERSION")),
                commit: vars.text_or("ATOMO_GIT_SHA", "unknown"),
                time: vars.text_or("ATOMO_BUILD_TIME", "unknown"),
            },
        })
    }
}

fn schema_path(vars: &Vars, args: &Args) -> PathBuf {
    let in_config_dir =
        args.config_dir.as_ref().map(|dir| dir.join("schema.ts")).filter(|path| path.exists());
    in_config_dir.unwrap_or_else(|| vars.text_or("ATOMO_SCHEMA_PATH", "./schema.ts").into())
}

fn admin(vars: &Vars) -> Option<AdminSeed> {
    let email = vars.text("ADMIN_EMAIL").filter(|text| !text.is_empty())?;
    let password = vars.text("ADMIN_PASSWORD").filter(|text| !text.is_empty())?;
    Some(AdminSeed {
        email: email.to_owned(),
        password: password.into(),
        reset: vars.flag("ADMIN_RESET_PASSWORD"),
    })
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn number<N: FromStr + Copy + Display>(vars: &Vars, name: &str, default: N) -> N {
    vars.text(name).and_then(|text| text.trim().parse().ok()).unwrap_or(default)
}

#[cfg(test)]
mod tests;
