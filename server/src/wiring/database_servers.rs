//! The servers of the projects' databases, each behind the address that its file holds.

use std::str::FromStr as _;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use control_plane::ports::postgres_host::{DatabaseHost, DatabaseHosts};
use model::ServerName;
use postgres_host::{ConnectOptions, Host, Tenancy};

use crate::config::{Config, DatabaseServerSetting};

/// The servers beside the first. What keeps one from being used stops the start; none is connected to yet.
pub fn further(config: &Config) -> anyhow::Result<Vec<DatabaseHost>> {
    let further = config.database_servers.iter().filter(|server| !server.name.is_default());
    further
        .map(|server| {
            let admin = address(server)
                .with_context(|| format!("ATOMO_FLEET_DATABASE_SERVERS: the server {}", server.name))?;
            let host = Arc::new(Host::new(admin, tenancy(server.exclusive)));
            Ok(DatabaseHost { name: server.name.clone(), region: region(server), host })
        })
        .collect()
}

/// All of them: the first at these options, and the further ones.
pub fn all(
    config: &Config,
    admin: ConnectOptions,
    embedded: Tenancy,
    further: Vec<DatabaseHost>,
) -> DatabaseHosts {
    let said = config.database_servers.iter().find(|server| server.name.is_default());
    let tenancy = if said.is_some_and(|said| said.exclusive) { Tenancy::Exclusive } else { embedded };
    let default = DatabaseHost {
        name: ServerName::default(),
        region: said.and_then(region),
        host: Arc::new(Host::new(admin, tenancy)),
    };
    DatabaseHosts::new(default, further)
}

fn region(server: &DatabaseServerSetting) -> Option<String> {
    Some(server.region.trim().to_owned()).filter(|region| !region.is_empty())
}

const fn tenancy(exclusive: bool) -> Tenancy {
    if exclusive { Tenancy::Exclusive } else { Tenancy::Shared }
}

/// What the file holds. The reason of a fault is left out: it may hold parts of the address.
fn address(server: &DatabaseServerSetting) -> anyhow::Result<ConnectOptions> {
    let Some(file) = &server.url_file else { bail!("it has no url_file") };
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let url = text.trim();
    let is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let options = ConnectOptions::from_str(url).ok().filter(|_| is_url);
    options.with_context(|| format!("{} does not hold one postgres:// address", file.display()))
}
