//! From an error of the client to that of the port.

use std::error::Error;

use control_plane::ports::archive_store::ArchiveError;

use crate::credentials::NoCredential;
use crate::location::S3Location;
use crate::refusal::{Meaning, Refusal};

/// A part has more than this number of GiB, the most that fits.
#[derive(Debug, thiserror::Error)]
#[error("a part has at most {0} GiB here")]
pub struct TooLarge(pub usize);

/// An act on a bucket.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    pub doing: &'static str,
    pub location: &'a S3Location,
}

impl Act<'_> {
    /// The error for a failed call.
    pub fn failed(self, error: &object_store::Error) -> ArchiveError {
        if let Some(refusal) = find::<Refusal>(error) {
            return self.refused(refusal);
        }
        if let Some(missing) = find::<NoCredential>(error) {
            return self.denied(missing.to_string());
        }
        match find::<TooLarge>(error) {
            Some(limit) => self.denied(limit.to_string()),
            None => self.away(innermost(error)),
        }
    }

    /// The error for a store that cannot be used now.
    pub fn away(self, reason: String) -> ArchiveError {
        ArchiveError::Away { doing: self.doing, place: self.location.to_string(), reason }
    }

    /// The error for a request that is not accepted.
    pub fn denied(self, reason: String) -> ArchiveError {
        ArchiveError::Denied { doing: self.doing, place: self.location.to_string(), reason }
    }

    fn refused(self, refusal: &Refusal) -> ArchiveError {
        match refusal.meaning() {
            Meaning::Full => ArchiveError::Full { doing: self.doing, place: self.location.to_string() },
            Meaning::NoBucket => self.denied(format!(
                "the bucket {} does not exist. Create it, or correct ATOMO_FLEET_BACKUPS and AWS_ENDPOINT_URL",
                self.location.bucket()
            )),
            Meaning::Denied | Meaning::Rejected => self.denied(refusal.to_string()),
            Meaning::Passing | Meaning::Absent => self.away(refusal.to_string()),
        }
    }
}

/// Whether the object or the upload of the call does not exist.
pub fn is_absent(error: &object_store::Error) -> bool {
    find::<Refusal>(error).is_some_and(|refusal| refusal.meaning() == Meaning::Absent)
}

/// The first cause of this type.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut cause: Option<&'a (dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
