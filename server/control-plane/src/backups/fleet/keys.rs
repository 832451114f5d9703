//! Recovery keys: only their public part is ever stored.

use model::RecoveryKey;
use sha2::{Digest as _, Sha256};

use crate::{Inner, Result};

/// Identifies a recovery key for people: 16 hexadecimal digits of the SHA-256 of its recipient, in groups of four.
pub fn fingerprint(recipient: &str) -> String {
    let digits = hex::encode(Sha256::digest(recipient.trim()));
    let groups: Vec<&str> = (0..16).step_by(4).map(|at| &digits[at..at + 4]).collect();
    groups.join("-")
}

/// The recovery key in use: that of the setting, else the one that was made last.
pub(super) async fn in_use(inner: &Inner) -> Result<Option<RecoveryKey>> {
    if let Some(recipient) = &inner.settings.fleet_backups.recipient {
        let fingerprint = fingerprint(recipient);
        return Ok(Some(RecoveryKey { fingerprint, recipient: recipient.clone(), made_at: None }));
    }
    Ok(inner.registry.recovery_key().await?)
}
