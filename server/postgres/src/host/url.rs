//! The address that an instance is given.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

#[cfg(test)]
mod tests;

/// What every reader of URLs leaves alone: libpq decodes all of it, and no separator remains.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `postgres://name:password@host:port/name`, for libpq and sqlx alike. A socket's folder is the parameter `host`, which
/// both put before the host of the address.
pub fn of(server: &PgConnectOptions, name: &str, password: &SecretString) -> SecretString {
    let (name, password) = (encoded(name), encoded(password.expose_secret()));
    let port = server.get_port();
    let (host, parameters) = match socket(server) {
        Some(folder) => ("localhost".to_owned(), format!("?host={}", encoded(&folder))),
        None => (host(server.get_host()), ssl_mode(server.get_ssl_mode())),
    };
    SecretString::from(format!("postgres://{name}:{password}@{host}:{port}/{name}{parameters}"))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, &ENCODED).to_string()
}

/// A host that begins with a slash is a socket's folder too.
pub fn socket(server: &PgConnectOptions) -> Option<String> {
    let folder = server.get_socket().map(|folder| folder.to_string_lossy().into_owned());
    folder.or_else(|| server.get_host().starts_with('/').then(|| server.get_host().to_owned()))
}

fn host(host: &str) -> String {
    let bare = host.trim_matches(['[', ']']);
    if bare.contains(':') { format!("[{bare}]") } else { bare.to_owned() }
}

/// `prefer` is what libpq and sqlx do unasked.
fn ssl_mode(mode: PgSslMode) -> String {
    let mode = match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => return String::new(),
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    };
    format!("?sslmode={mode}")
}
