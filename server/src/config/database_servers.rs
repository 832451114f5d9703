//! `DATABASE_SERVERS`: a TOML array of tables, which is also what `[[database_servers]]` of the file comes to. It names
//! where each server's credential is; the credential itself does not stand in it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use model::ServerName;
use serde::Deserialize;

/// The longest name of a region.
const MAX_REGION: usize = 40;

/// What is said of one database server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseServerSetting {
    /// Its name. `default` is the server of `DATABASE_URL`, or the embedded one.
    pub name: ServerName,
    /// Where it is; empty: nobody said.
    #[serde(default)]
    pub region: String,
    /// The file with the `postgres://` address of our role there. Every server but `default` has one.
    #[serde(default)]
    pub url_file: Option<PathBuf>,
    /// Whether the server is the fleet's alone, so that its databases `postgres` and `template1` may be closed.
    #[serde(default)]
    pub exclusive: bool,
}

#[derive(Deserialize)]
struct Wrapped {
    servers: Vec<DatabaseServerSetting>,
}

/// The servers that the text names.
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
            return Err(format!("{name} stands there twice"));
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
