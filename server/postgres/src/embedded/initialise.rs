//! Creates a cluster.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;

use super::error::ClusterError;
use super::folder::{self, Folder};
use super::{Binaries, ClusterSettings, Durability, SUPERUSER, configuration, program, secret_file};

const DOING: &str = "initdb";
/// Time-out of `initdb`. It takes 1 s, on a slow and busy disk perhaps ten times that.
const LIMIT: Duration = Duration::from_secs(120);

/// The superuser's password of the cluster. Afterwards the cluster exists and has the programs' major version.
pub async fn ensure(folder: &Folder, settings: &ClusterSettings) -> Result<SecretString, ClusterError> {
    let (data, password) = (folder.data(), folder.password(SUPERUSER));
    if data.join("PG_VERSION").exists() {
        check_major(folder, &settings.binaries)?;
        return secret_file::read(&password)?.ok_or(ClusterError::PasswordMissing { path: password });
    }
    refuse_what_is_no_cluster(&data)?;
    let secret = secret_file::ensure(&password, &folder.account)?;
    make(folder, settings, &password).await?;
    Ok(secret)
}

fn check_major(folder: &Folder, binaries: &Binaries) -> Result<(), ClusterError> {
    let found = folder::major_of(&folder.home);
    if found == Some(binaries.major) {
        return Ok(());
    }
    let found = found.map_or_else(|| "of an unknown version".to_owned(), |major| major.to_string());
    let (path, offered) = (folder.data(), binaries.major);
    Err(ClusterError::Major { path, found, binaries: binaries.folder.clone(), offered })
}

/// An empty folder is replaced by the new cluster.
fn refuse_what_is_no_cluster(data: &Path) -> Result<(), ClusterError> {
    match fs::read_dir(data).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(ClusterError::NotACluster { path: data.to_owned() }),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(ClusterError::file("looking into", data)(error)),
    }
}

async fn make(folder: &Folder, settings: &ClusterSettings, password: &Path) -> Result<(), ClusterError> {
    let (data, unfinished) = (folder.data(), folder.home.join("data.unfinished"));
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(ClusterError::file("removing", unfinished)(error));
        }
        _ => {}
    }
    let locations =
        [format!("--pgdata={}", unfinished.display()), format!("--pwfile={}", password.display())];
    let fixed =
        ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync"];
    let arguments = locations.iter().map(String::as_str).chain(fixed).chain(["--username", SUPERUSER]);
    let initdb = settings.binaries.program("initdb");
    let output = program::run(DOING, &initdb, &folder.account, &folder.home, arguments, LIMIT).await?;
    if !output.status.success() {
        return Err(ClusterError::said(DOING, &data, &program::printed(&output)));
    }
    include_ours(&unfinished)?;
    if settings.durability == Durability::Durable {
        synchronise(&unfinished).await?;
    }
    fs::rename(&unfinished, &data).map_err(ClusterError::file("naming", &data))
}

fn include_ours(data: &Path) -> Result<(), ClusterError> {
    let path = data.join("postgresql.conf");
    let failed = || ClusterError::file("writing", &path);
    let mut file = File::options().append(true).open(&path).map_err(failed())?;
    writeln!(file, "include_if_exists = '{}'", configuration::FILE).map_err(failed())
}

/// Syncs the whole file system once: `initdb` would sync file by file, which takes four times as long.
async fn synchronise(folder: &Path) -> Result<(), ClusterError> {
    let path = folder.to_owned();
    let synchronised = tokio::task::spawn_blocking(move || {
        let opened = File::open(&path)?;
        nix::unistd::syncfs(&opened).map_err(std::io::Error::from)
    });
    let outcome = synchronised.await.map_err(std::io::Error::other).and_then(|outcome| outcome);
    outcome.map_err(ClusterError::file("writing to disk", folder))
}
