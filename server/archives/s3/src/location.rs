//! A bucket, and the prefix of our keys there.

use std::fmt;
use std::str::FromStr;

use control_plane::ports::archive_store::{ArchiveName, PartName};
use object_store::path::Path;

const SCHEME: &str = "s3://";

/// `s3://bucket` or `s3://bucket/prefix`. The bucket has 3 to 63 of a to z, 0 to 9, dot and hyphen. The prefix has up to 512 bytes:
/// segments of a to z, A to Z, 0 to 9, dot, hyphen and underscore, separated by slashes, none of which begins with a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Location {
    bucket: String,
    prefix: Vec<String>,
}

/// Why a text is not a location.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocation {
    /// Another scheme.
    #[error("it does not begin with {SCHEME}")]
    Scheme,
    /// Not the name of a bucket.
    #[error("\"{0}\" is not the name of a bucket")]
    Bucket(String),
    /// Not a prefix.
    #[error("\"{0}\" is not a prefix of keys")]
    Prefix(String),
}

impl S3Location {
    /// The bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The key below the prefix.
    pub(crate) fn key<'a>(&'a self, below: impl IntoIterator<Item = &'a str>) -> Path {
        self.prefix.iter().map(String::as_str).chain(below).collect()
    }

    /// The common prefix of an archive's keys.
    pub(crate) fn archive(&self, archive: &ArchiveName) -> Path {
        self.key(archive.to_string().split('/'))
    }

    /// The key of a part.
    pub(crate) fn part(&self, archive: &ArchiveName, part: &PartName) -> Path {
        self.archive(archive).join(part.as_str())
    }

    /// The segments of a key below the prefix.
    pub(crate) fn below(&self, key: &Path) -> Vec<String> {
        key.parts().skip(self.prefix.len()).map(|segment| segment.as_ref().to_owned()).collect()
    }
}

impl fmt::Display for S3Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.bucket)?;
        self.prefix.iter().try_for_each(|segment| write!(f, "/{segment}"))
    }
}

impl FromStr for S3Location {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        let rest = text.strip_prefix(SCHEME).ok_or(InvalidLocation::Scheme)?;
        let (bucket, prefix) =
            rest.split_once('/').map_or((rest, None), |(bucket, prefix)| (bucket, Some(prefix)));
        if !is_bucket(bucket) {
            return Err(InvalidLocation::Bucket(bucket.to_owned()));
        }
        let prefix = prefix.filter(|prefix| !prefix.is_empty());
        let segments: Vec<_> = prefix.into_iter().flat_map(|prefix| prefix.split('/')).collect();
        match prefix {
            Some(prefix) if prefix.len() > 512 || !segments.iter().copied().all(is_segment) => {
                Err(InvalidLocation::Prefix(prefix.to_owned()))
            }
            _ => Ok(Self {
                bucket: bucket.to_owned(),
                prefix: segments.into_iter().map(str::to_owned).collect(),
            }),
        }
    }
}

/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (3..=63).contains(&text.len())
        && text.bytes().all(|byte| is_plain(byte) || matches!(byte, b'.' | b'-'))
        && text.bytes().next().is_some_and(is_plain)
        && text.bytes().next_back().is_some_and(is_plain)
        && !text.contains("..")
}

fn is_segment(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !text.is_empty() && !text.starts_with('.') && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests;
