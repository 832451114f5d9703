//! Caddy's storage, looked over before a start.
//!
//! Caddy 2.6 writes certificates in place: one that ends while it writes leaves half a file, and refuses every configuration
//! that has this name from then on. What is incomplete is removed, and Caddy obtains it again.

use std::path::Path;
use std::{fs, io};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::de::IgnoredAny;

/// Depth of the deepest file below the storage: `acme/<issuer>/users/<address>/<file>`.
const DEPTH: usize = 5;

/// Removes each folder below `storage` that has an incomplete certificate, key or metadata file: the files of one folder belong
/// together. What cannot be read or removed is logged and left to Caddy.
pub(super) fn remove_incomplete(storage: &Path) {
    if let Err(error) = sweep(storage, DEPTH)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %storage.display(), "the certificates of the gateway cannot be looked over");
    }
}

fn sweep(folder: &Path, depth: usize) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && depth > 1 {
            sweep(&path, depth - 1)?;
        } else if path.is_file() && !is_complete(&path)? {
            tracing::warn!(file = %path.display(), "an incomplete file of the gateway is removed with its folder; Caddy obtains it again");
            return fs::remove_dir_all(folder);
        }
    }
    Ok(())
}

fn is_complete(file: &Path) -> io::Result<bool> {
    let check: fn(&[u8]) -> bool = match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => |bytes| serde_json::from_slice::<IgnoredAny>(bytes).is_ok(),
        Some("crt") => |bytes| CertificateDer::from_pem_slice(bytes).is_ok(),
        Some("key") => |bytes| PrivateKeyDer::from_pem_slice(bytes).is_ok(),
        _ => return Ok(true),
    };
    Ok(check(&fs::read(file)?))
}

#[cfg(test)]
mod tests;
