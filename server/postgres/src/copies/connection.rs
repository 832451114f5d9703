//! The connection of a client program: the variables of libpq that correspond to our own connection options.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::process::Command;

#[cfg(test)]
mod tests;

/// The trusted root certificates of Debian and of Red Hat. libpq does not use the machine's roots unless it is told to.
const BUNDLES: [&str; 2] = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

/// Server, role, password and TLS settings go into the environment of the program, which only its own user can read.
pub fn set(command: &mut Command, server: &PgConnectOptions, role: &str, password: &SecretString) {
    command.env("PGPORT", server.get_port().to_string()).env("PGUSER", role);
    command.env("PGPASSWORD", password.expose_secret());
    if let Some(folder) = server.get_socket() {
        command.env("PGHOST", folder);
        return;
    }
    command.env("PGHOST", server.get_host().trim_matches(['[', ']']));
    if !server.get_host().starts_with('/') {
        tls(command, server);
    }
}

fn tls(command: &mut Command, server: &PgConnectOptions) {
    let mode = match server.get_ssl_mode() {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    };
    command.env("PGSSLMODE", mode);
    let bundle = BUNDLES.into_iter().find(|file| Path::new(file).exists());
    if let (PgSslMode::VerifyCa | PgSslMode::VerifyFull, Some(file)) = (server.get_ssl_mode(), bundle) {
        command.env("PGSSLROOTCERT", file);
    }
    // the options tell their certificates in their URL only
    for (key, value) in server.to_url_lossy().query_pairs() {
        let variable = match &*key {
            "sslrootcert" => "PGSSLROOTCERT",
            "sslcert" => "PGSSLCERT",
            "sslkey" => "PGSSLKEY",
            _ => continue,
        };
        // a certificate that was given as text has no file
        if let Some(file) = value.strip_prefix("file: ") {
            command.env(variable, file);
        }
    }
}

/// Like [`set`], with the role and the password of the options themselves.
pub fn set_admin(command: &mut Command, server: &PgConnectOptions) {
    let url = server.to_url_lossy();
    let password = url.password().map(|text| percent_encoding::percent_decode_str(text).decode_utf8_lossy());
    let password = SecretString::from(password.unwrap_or_default().into_owned());
    set(command, server, server.get_username(), &password);
}
