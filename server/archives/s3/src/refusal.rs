//! An answer of S3 that is no success. Pure.

use std::fmt;

/// The longest message of S3 that is repeated, in characters.
const MOST: usize = 300;

/// Codes that say that no space is left: of AWS, `MinIO`, Ceph and those that follow them.
const FULL: [&str; 4] =
    ["QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage"];

/// Codes of status 400 and 409 that pass. Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
const PASSING: [&str; 5] =
    ["RequestTimeout", "BadDigest", "IncompleteBody", "OperationAborted", "ConditionalRequestConflict"];

/// Codes of status 400 that are about the credential or the region.
const UNACCEPTED: [&str; 6] = [
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "ExpiredToken",
    "InvalidToken",
    "TokenRefreshRequired",
    "IllegalLocationConstraintException",
];

/// What an answer means for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The same request can succeed later.
    Passing,
    /// No space is left.
    Full,
    /// The credential, a permission, or the region.
    Denied,
    /// There is no such bucket.
    NoBucket,
    /// There is no such object or upload.
    Absent,
    /// The request is not accepted, now or later.
    Rejected,
}

/// An answer with a status of 300 or more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    status: u16,
    code: String,
    message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", _) => write!(f, "HTTP {}", self.status),
            (code, "") => write!(f, "{code} (HTTP {})", self.status),
            (code, message) => write!(f, "{code}: {}", message.trim_end_matches('.')),
        }
    }
}

impl Refusal {
    /// From the status and the body, which is XML if S3 answered and anything if a proxy did.
    pub fn new(status: u16, body: &str) -> Self {
        let code = element(body, "Code").filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let message = code.and_then(|_| element(body, "Message")).unwrap_or_default();
        Self {
            status,
            code: code.unwrap_or_default().to_owned(),
            message: message.chars().filter(|c| !c.is_control()).take(MOST).collect(),
        }
    }

    /// What it means.
    pub fn meaning(&self) -> Meaning {
        match (self.status, self.code.as_str()) {
            (_, code) if FULL.contains(&code) => Meaning::Full,
            (507, _) => Meaning::Full,
            (_, "NoSuchBucket") => Meaning::NoBucket,
            (404, _) => Meaning::Absent,
            (400 | 409, code) if PASSING.contains(&code) => Meaning::Passing,
            (300..=399 | 401 | 403, _) => Meaning::Denied,
            (400, code) if UNACCEPTED.contains(&code) => Meaning::Denied,
            (408 | 429 | 500.., _) => Meaning::Passing,
            _ => Meaning::Rejected,
        }
    }
}

/// The text of the first element of this name.
fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let rest = body.split_once(&format!("<{name}>"))?.1;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

#[cfg(test)]
mod tests;
