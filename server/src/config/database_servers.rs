//! `DATABASE_SERVERS`: a TOML array of tables, also written as `[[database_servers]]` in the file. It names the file
//! with each server's credential, not the credential.

use std::collections::BTreeSet;
use std::path::PathBuf;

use model::DatabaseServerName;
use serde::Deserialize;

/// Maximum length of a region in characters.
const MAX_REGION: usize = 40;

/// The setting of one database server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseServerSetting {
    /// Its name. `default` is the server of `DATABASE_URL`, or the embedded one.
    pub name: DatabaseServerName,
    /// Its region; empty: unset.
    #[serde(default)]
    pub region: String,
    /// The file with the `postgres://` URL of our role. Required except for `default`.
    #[serde(default)]
    pub url_file: Option<PathBuf>,
    /// Whether only the fleet uses the server, so that its databases `postgres` and `template1` are closed to projects.
    #[serde(default)]
    pub exclusive: bool,
}

#[derive(Deserialize)]
struct Wrapped {
    servers: Vec<DatabaseServerSetting>,
}

/// Parses the setting.
pub(super) fn parse(text: &str) -> Result<Vec<DatabaseServerSetting>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let Wrapped { servers } =
        toml::from_str(&format!("servers = {text}")).map_err(|error| error.message().replace('\n', " "))?;
    let mut names = BTreeSet::new();
    for server in &servers {
        let name = &server.name;
        if !names.insert(name) {
            return Err(format!("{name} is listed twice"));
        }
        match &server.url_file {
            Some(_) if name.is_default() => {
                return Err(
                    "default is the server of DATABASE_URL, or the embedded one: it has no url_file".into()
                );
            }
            None if !name.is_default() => return Err(format!("{name} has no url_file")),
            Some(file) if !file.is_absolute() => {
                return Err(format!("the url_file of {name} is no absolute path"));
            }
            _ => {}
        }
        if server.region.chars().count() > MAX_REGION || server.region.chars().any(char::is_control) {
            return Err(format!(
                "the region of {name} is longer than {MAX_REGION} characters, or not plain text"
            ));
        }
    }
    Ok(servers)
}
