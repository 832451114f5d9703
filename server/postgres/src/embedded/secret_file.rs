//! A password in a file of mode 0600, readable by the cluster's user and root, and written atomically.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::account::Account;
use super::error::ClusterError;
use crate::password;

/// The password in a file; `None` if there is no file.
pub fn read(path: &Path) -> Result<Option<SecretString>, ClusterError> {
    match fs::read_to_string(path) {
        Ok(text) if !text.is_empty() => Ok(Some(SecretString::from(text))),
        Ok(_) => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ClusterError::file("reading the password in", path)(error)),
    }
}

/// The password in a file; generates one if there is no file.
pub fn ensure(path: &Path, account: &Account) -> Result<SecretString, ClusterError> {
    if let Some(kept) = read(path)? {
        return Ok(kept);
    }
    let password = password::random();
    write(path, account, &password)?;
    Ok(password)
}

fn write(path: &Path, account: &Account, password: &SecretString) -> Result<(), ClusterError> {
    let unfinished = path.with_extension("unfinished");
    let failed = || ClusterError::file("writing the password to", path);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed()(error)),
        _ => {}
    }
    let mut file =
        File::options().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(failed())?;
    file.write_all(password.expose_secret().as_bytes()).map_err(failed())?;
    file.sync_all().map_err(failed())?;
    account.give(&unfinished)?;
    fs::rename(&unfinished, path).map_err(failed())
}
