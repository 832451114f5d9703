//! The key file: 32 random bytes, mode 0600, generated once.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use chacha20poly1305::aead::Generate as _;
use control_plane::ports::secret_store::SecretError;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::envelope::Sealer;
use crate::folder::{self, Created, Folder};

const KEY_BYTES: usize = 32;

/// The file that identifies the key of the folder.
const FINGERPRINT_FILE: &str = "key.fingerprint";

/// A verified key.
pub struct SealingKey {
    /// Seals and opens with it.
    pub sealer: Sealer,
    /// 16 hex digits that identify the key and reveal nothing about it.
    pub fingerprint: String,
}

/// The key of this folder. Generated if key and folder are new. Fails if the key is missing beside sealed files, is
/// readable by others, or does not belong to the folder.
pub fn open(key_file: &Path, folder: &Folder) -> Result<SealingKey, SecretError> {
    let key = match read(key_file)? {
        Some(key) => key,
        None => make(key_file, folder)?,
    };
    check_fingerprint(key_file, folder, &key)?;
    Ok(key)
}

/// The key in the file; `None` if there is no such file.
pub fn read(key_file: &Path) -> Result<Option<SealingKey>, SecretError> {
    let shown = key_file.display();
    let unreadable = |error: &io::Error| fault(format!("{shown} cannot be read: {error}."));
    let mut file = match File::open(key_file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
        Ok(file) => file,
    };
    let meta = file.metadata().map_err(|error| unreadable(&error))?;
    if !meta.is_file() {
        return Err(fault(format!("{shown} is not a file.")));
    }
    let mode = meta.mode() & 0o7777;
    if mode & 0o077 != 0 {
        let way_out =
            format!("Run `chmod 600 {shown}`, and rotate the secrets if others could use this machine.");
        return Err(fault(format!(
            "{shown} has mode {mode:04o}, which is open to others; 0600 is needed. {way_out}"
        )));
    }
    if meta.len() != KEY_BYTES as u64 {
        let size = meta.len();
        return Err(fault(format!(
            "{shown} has {size} bytes; a key has {KEY_BYTES}. Put the right file back."
        )));
    }
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    file.read_exact(bytes.as_mut()).map_err(|error| unreadable(&error))?;
    Ok(Some(SealingKey { sealer: Sealer::new(&bytes), fingerprint: fingerprint(&bytes) }))
}

fn make(key_file: &Path, folder: &Folder) -> Result<SealingKey, SecretError> {
    let (shown, root) = (key_file.display(), folder.root().display());
    let unwritable = |error: io::Error| fault(format!("{shown} cannot be made: {error}."));
    if !folder.is_empty().map_err(|error| fault(format!("{root} cannot be read: {error}.")))? {
        let way_out = "Put the key file back; a new key could not open them, so none is made.";
        return Err(fault(format!("{shown} is missing while {root} holds sealed secrets. {way_out}")));
    }
    let bytes = chacha20poly1305::Key::try_generate()
        .map_err(|error| unwritable(io::Error::other(error.to_string())))?;
    let bytes = Zeroizing::new(<[u8; KEY_BYTES]>::from(bytes));
    let home = key_file.parent().ok_or_else(|| fault(format!("{shown} is not the path of a file.")))?;
    folder::create_dir(home).map_err(unwritable)?;
    if folder::create_beside(home, key_file, bytes.as_slice()).map_err(unwritable)? == Created::Now {
        // the folder is empty, so a fingerprint left from an earlier key is stale; remove it
        Folder::remove(&folder.root().join(FINGERPRINT_FILE)).map_err(unwritable)?;
        tracing::info!(key.file = %shown, "made the key of the secret store, {shown}: keep a copy of it in a safe place");
    }
    read(key_file)?.ok_or_else(|| fault(format!("{shown} vanished while it was made.")))
}

/// Compares the key with the fingerprint in the folder; writes the fingerprint if the folder is new.
fn check_fingerprint(key_file: &Path, folder: &Folder, key: &SealingKey) -> Result<(), SecretError> {
    let file = folder.root().join(FINGERPRINT_FILE);
    let failed = |error: io::Error| fault(format!("{} cannot be used: {error}.", file.display()));
    let noted = match fs::read_to_string(&file) {
        Ok(noted) => noted,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let created =
                folder.create(&file, format!("{}\n", key.fingerprint).as_bytes()).map_err(failed)?;
            if created == Created::Now {
                key.fingerprint.clone()
            } else {
                fs::read_to_string(&file).map_err(failed)?
            }
        }
        Err(error) => return Err(failed(error)),
    };
    if noted.trim() == key.fingerprint {
        return Ok(());
    }
    let (shown, root) = (key_file.display(), folder.root().display());
    let which = format!("its key is {}, and {shown} is {}", noted.trim(), key.fingerprint);
    Err(fault(format!(
        "{root} was sealed with another key: {which}. Put the key file back that belongs to it."
    )))
}

fn fingerprint(key: &[u8; KEY_BYTES]) -> String {
    let digest = Sha256::new().chain_update(b"fingerprint of a sealing key").chain_update(key).finalize();
    hex::encode(&digest[..8])
}

fn fault(reason: String) -> SecretError {
    SecretError::Key { reason }
}
