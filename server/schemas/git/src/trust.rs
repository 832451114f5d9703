//! Whether a host is the one that the operator meant. Pure but for the clock that certificates need.
//!
//! Errors are reasons for people: they show what the host presented, so that the right host can be pinned.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use sha2::{Digest as _, Sha256};

#[cfg(test)]
mod tests;

/// Checks the key of an `ssh` host (in the wire format) against lines of `known_hosts`, of which any may match. The
/// host patterns are not looked at: the pin belongs to one repository.
pub fn check_ssh(pinned: Option<&str>, presented: &[u8], host: &str) -> Result<(), String> {
    let kind = key_type(presented).unwrap_or("unknown");
    let shown = format!("{host} presents the {kind} key {}", fingerprint(presented));
    let Some(pinned) = pinned else {
        let line = format!("{host} {kind} {}", STANDARD.encode(presented));
        return Err(format!(
            "{shown}, and none is pinned; if that is the key that its operator publishes, register the repository \
             with the host key \"{line}\""
        ));
    };
    let keys: Vec<_> = pinned.lines().filter_map(known_key).collect();
    if keys.iter().any(|key| key == presented) {
        return Ok(());
    }
    if keys.is_empty() {
        return Err(format!("{shown}, and the pinned host key is not a line of known_hosts"));
    }
    let list: Vec<_> = keys
        .iter()
        .map(|key| format!("{} {}", key_type(key).unwrap_or("unknown"), fingerprint(key)))
        .collect();
    Err(format!("{shown}, but {} is pinned: its key was changed, or somebody else answers", list.join(", ")))
}

/// Checks the certificate of an `https` host (DER) against pinned certificates (PEM): it is one of them, or one of
/// them signed it, for this host, and it is valid now.
pub fn check_https(pinned: &str, presented: &[u8], host: &str) -> Result<(), String> {
    let shown = format!("{host} presents the certificate {}", fingerprint(presented));
    let pins: Vec<_> = CertificateDer::pem_slice_iter(pinned.as_bytes()).filter_map(Result::ok).collect();
    if pins.is_empty() {
        return Err(format!("{shown}, and the pinned CA is not a certificate in PEM format"));
    }
    if pins.iter().any(|pin| pin.as_ref() == presented) {
        return Ok(());
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(pins);
    let fault =
        |error: &dyn std::fmt::Display| format!("{shown}, which the pinned CA does not vouch for: {error}");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    let verifier = verifier.build().map_err(|error| fault(&error))?;
    let name = ServerName::try_from(host).map_err(|error| fault(&error))?;
    let certificate = CertificateDer::from(presented);
    verifier
        .verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())
        .map_err(|error| fault(&error))?;
    Ok(())
}

/// The key of a line `hosts type base64 [comment]`. A line marked `@revoked` or `@cert-authority` pins no host key.
fn known_key(line: &str) -> Option<Vec<u8>> {
    if line.starts_with(['#', '@']) {
        return None;
    }
    let words: Vec<_> = line.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let key = STANDARD.decode(pair[1]).ok()?;
        (key_type(&key)? == pair[0]).then_some(key)
    })
}

/// A key in the wire format begins with its type, after four bytes of length.
fn key_type(key: &[u8]) -> Option<&str> {
    let (length, rest) = key.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    str::from_utf8(rest.get(..length)?).ok().filter(|kind| kind.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// As `ssh-keygen -l` shows it.
fn fingerprint(bytes: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(bytes)))
}
