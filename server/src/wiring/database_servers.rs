//! The database servers, with the URLs from their files.

use std::net::IpAddr;
use std::str::FromStr as _;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use control_plane::ports::postgres_host::{DatabaseHost, DatabaseHosts};
use model::DatabaseServerName;
use postgres_host::{ClientPrograms, ConnectOptions, Copies, Host, Tenancy};

use super::programs;
use crate::config::{Config, DatabaseServerSetting, Runs};

/// The servers beside the first, with their connection options. Invalid files stop the start; no connection is opened.
pub fn further(config: &Config) -> anyhow::Result<Vec<(DatabaseHost, ConnectOptions)>> {
    let further = config.database_servers.iter().filter(|server| !server.name.is_default());
    further
        .map(|server| {
            let admin = address(server)
                .and_then(|admin| reachable(config, admin))
                .with_context(|| format!("ATOMO_FLEET_DATABASE_SERVERS: the server {}", server.name))?;
            let copies = Arc::new(Copies::new(admin.clone(), clients(config)));
            let host = Arc::new(Host::new(admin.clone(), tenancy(server.exclusive)));
            Ok((DatabaseHost { name: server.name.clone(), region: region(server), host, copies }, admin))
        })
        .collect()
}

/// All servers: the first with these options and copies, and the further ones.
pub fn all(
    config: &Config,
    (admin, copies): (ConnectOptions, Arc<Copies>),
    embedded: Tenancy,
    further: impl IntoIterator<Item = DatabaseHost>,
) -> DatabaseHosts {
    let said = config.database_servers.iter().find(|server| server.name.is_default());
    let tenancy = if said.is_some_and(|said| said.exclusive) { Tenancy::Exclusive } else { embedded };
    let default = DatabaseHost {
        name: DatabaseServerName::default(),
        region: said.and_then(region),
        copies,
        host: Arc::new(Host::new(admin, tenancy)),
    };
    DatabaseHosts::new(default, further)
}

/// Checks that instances can reach the server of the options: in a container, loopback is the container.
pub fn reachable(config: &Config, admin: ConnectOptions) -> anyhow::Result<ConnectOptions> {
    let host = admin.get_host();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    // a host that begins with / is the folder of a socket, which is mounted
    let by_socket = admin.get_socket().is_some() || host.starts_with('/');
    if matches!(config.runs, Runs::Containers { .. }) && is_loopback && !by_socket {
        bail!(
            "{host} is another machine to a container. Accepted with ATOMO_FLEET_DRIVER = docker: an address that containers \
             reach, such as that of the engine's bridge (172.17.0.1), or the folder of its socket (?host=/run/postgresql)"
        );
    }
    Ok(admin)
}

/// Where `pg_dump` and `pg_restore` are searched.
pub(super) fn clients(config: &Config) -> ClientPrograms {
    ClientPrograms::new(config.pg_bin.clone(), programs::postgres())
}

fn region(server: &DatabaseServerSetting) -> Option<String> {
    Some(server.region.trim().to_owned()).filter(|region| !region.is_empty())
}

const fn tenancy(exclusive: bool) -> Tenancy {
    if exclusive { Tenancy::Exclusive } else { Tenancy::Shared }
}

/// The URL in the file. The parser's message is omitted, because it may contain parts of the URL.
fn address(server: &DatabaseServerSetting) -> anyhow::Result<ConnectOptions> {
    let Some(file) = &server.url_file else { bail!("it has no url_file") };
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let url = text.trim();
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let options = ConnectOptions::from_str(url).ok().filter(|_| is_url);
    options.with_context(|| format!("{} does not hold one postgres:// address", file.display()))
}

#[cfg(test)]
mod tests;
