//! The seal: SHA-256 sums in the format of `sha256sum`. Written last, it makes an archive complete.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};

/// The name of the manifest.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Names and sums of more parts are no seal of ours.
const MOST_PARTS: usize = 1000;

/// The sum of each part, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seal(BTreeMap<String, String>);

impl Seal {
    /// Adds a part with its SHA-256 in hexadecimal digits.
    pub(crate) fn add(&mut self, part: &str, sha256: &str) {
        self.0.insert(part.to_owned(), sha256.to_owned());
    }

    /// The sum of a part.
    pub(crate) fn sum(&self, part: &str) -> Option<&str> {
        self.0.get(part).map(String::as_str)
    }

    /// The names of the parts.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// SHA-256 of the seal itself.
    pub(crate) fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.to_string()))
    }

    /// Reads a seal; `None` if the text is none. Nothing is accepted that [`fmt::Display`] does not write.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut seal = Self::default();
        for line in text.lines().take(MOST_PARTS) {
            let (sum, part) = line.split_once("  ")?;
            let is_sum = sum.len() == 64 && sum.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if !is_sum {
                return None;
            }
            seal.add(part, sum);
        }
        (seal.to_string() == text).then_some(seal)
    }
}

/// `sha256  name`, a line each, by name.
impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(part, sum)| writeln!(f, "{sum}  {part}"))
    }
}
