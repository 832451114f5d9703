//! What backups of the control plane itself contain beside the registry.

use std::path::PathBuf;

use anyhow::bail;
use control_plane::backups::fleet::recover;
use control_plane::settings::FleetBackupSettings;

use crate::config::{Config, SecretsIn};
use crate::data_dir::DataDir;

/// Where a recovery puts the identity of `BACKUP_IDENTITY`.
pub const IDENTITY: &str = "recovered/backup-identity.key";

/// The settings of backups of the control plane itself.
pub(super) fn settings(config: &Config, dir: &DataDir) -> FleetBackupSettings {
    FleetBackupSettings {
        policy: config.backups.fleet_policy.clone(),
        recipient: config.backups.recovery_recipient.clone(),
        secrets_external: config.secrets == SecretsIn::Ssm,
        sealed: sealed(config, dir),
        settings: config.backups.printed.clone(),
    }
}

/// Files that open something: the secret store and its key, private keys of certificates, and files that settings name.
fn sealed(config: &Config, dir: &DataDir) -> Vec<(String, PathBuf)> {
    let own = |name: &str| (name.to_owned(), dir.join(name));
    let mut entries = vec![own("caddy/data")];
    if config.secrets == SecretsIn::Sealed {
        entries.extend([own("secrets"), own("secrets.key")]);
    }
    entries.extend(config.backups.identity.clone().map(|path| (IDENTITY.to_owned(), path)));
    let files = config.database_servers.iter().filter_map(|server| Some((server, server.url_file.clone()?)));
    entries.extend(files.map(|(server, path)| (format!("recovered/database-servers/{}", server.name), path)));
    entries
}

/// Refuses a data directory in which a recovery was begun and not completed: its registry or secrets are missing.
pub fn refuse_unfinished(dir: &DataDir) -> anyhow::Result<()> {
    match recover::unfinished(dir.path()) {
        Ok(None) => Ok(()),
        Ok(Some(archive)) => bail!(
            "a recovery from {archive} was begun in {} and is not complete. Complete it with `atomo-fleet recover --from {archive}`",
            dir.path().display()
        ),
        Err(error) => bail!("{}", error.problem().detail),
    }
}
