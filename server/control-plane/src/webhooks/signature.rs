//! Whether a delivery was signed with the secret of the webhook. Compares in constant time.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::delivery::{Delivery, Proof};

/// Whether the proof is right. Computes the HMAC of the body also without a secret or a proof; the answer is `false` then.
pub(super) fn is_valid(secret: Option<&SecretString>, delivery: Option<&Delivery>, body: &[u8]) -> bool {
    let key = secret.map_or("", |secret| secret.expose_secret());
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return false };
    let mac = mac.chain_update(body);
    let proved = match delivery.map(|delivery| &delivery.proof) {
        Some(Proof::Signature(given)) => mac.verify_slice(given).is_ok(),
        Some(Proof::Token(given)) => {
            drop(mac.finalize());
            // digests have the same length, so the comparison does not tell that of the secret
            Sha256::digest(given).ct_eq(&Sha256::digest(key)).into()
        }
        None => {
            drop(mac.finalize());
            false
        }
    };
    proved && secret.is_some()
}
