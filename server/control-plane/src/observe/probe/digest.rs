//! The digest of a JSON value that does not depend on the order of object keys or list items: the server prints both
//! in the order of its hash maps.
//!
//! Every value is hashed once, from the leaves up, and lists are compared by the hashes of their items. The cost is
//! linear in the size of the document but for sorting 32-byte hashes, whatever the nesting is.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

type Hash = [u8; 32];

/// SHA-256 in hex.
pub(super) fn of(value: &Value) -> String {
    let mut hex = String::new();
    for byte in hash(value) {
        // writing to a text never fails
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// `serde_json` nests at most 128 levels, so the recursion is bounded.
fn hash(value: &Value) -> Hash {
    let mut digest = Sha256::new();
    match value {
        Value::Array(items) => {
            let mut hashes: Vec<Hash> = items.iter().map(hash).collect();
            hashes.sort_unstable();
            digest.update(b"[");
            for hash in hashes {
                digest.update(hash);
            }
        }
        Value::Object(fields) => {
            digest.update(b"{");
            // sorted by key: the map is a BTreeMap
            for (key, value) in fields {
                digest.update(key.len().to_be_bytes());
                digest.update(key);
                digest.update(hash(value));
            }
        }
        leaf => {
            digest.update(b"=");
            digest.update(leaf.to_string());
        }
    }
    digest.finalize().into()
}
