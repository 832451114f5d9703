//! Why a repository could not be fetched, in a form that all who waited for the fetch can be told.

use control_plane::ports::schema_source::SourceError;
use git2::{ErrorClass, ErrorCode};
use model::RepoUrl;

/// A [`SourceError`] of a whole repository, without the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// See [`SourceError::Unreachable`].
    Unreachable(String),
    /// See [`SourceError::Refused`].
    Refused(String),
    /// See [`SourceError::NotAllowed`].
    NotAllowed(String),
    /// See [`SourceError::TooLarge`].
    TooLarge(String),
    /// See [`SourceError::Cache`].
    Cache(String),
}

impl Fault {
    /// The error about this repository.
    pub fn about(self, url: &RepoUrl) -> SourceError {
        let url = url.clone();
        match self {
            Self::Unreachable(reason) => SourceError::Unreachable { url, reason },
            Self::Refused(tried) => SourceError::Refused { url, tried },
            Self::NotAllowed(reason) => SourceError::NotAllowed { url, reason },
            Self::TooLarge(reason) => SourceError::TooLarge { reason },
            Self::Cache(reason) => SourceError::Cache { reason },
        }
    }
}

/// What is known of a fetch that failed, beside what libgit2 says.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// `127.0.0.1:443`, or the folder.
    pub place: String,
    /// `without a credential`, `as git with a token`, ...
    pub tried: String,
    /// Why the host was not believed.
    pub untrusted: Option<String>,
    /// The host asked for a credential and did not take what we have.
    pub refused: bool,
    /// The credential was sent.
    pub offered: bool,
    /// Objects were arriving.
    pub receiving: bool,
    /// Which limit the repository passed.
    pub too_large: Option<String>,
}

/// Whose fault it is. libgit2's classes do not tell, so the circumstances come first.
pub fn explain(error: &git2::Error, seen: &Circumstances) -> Fault {
    let (message, place, tried) = (error.message(), &seen.place, &seen.tried);
    if let Some(reason) = &seen.too_large {
        return Fault::TooLarge(reason.clone());
    }
    if let Some(reason) = &seen.untrusted {
        return Fault::NotAllowed(reason.clone());
    }
    if seen.refused || error.code() == ErrorCode::Auth {
        return Fault::Refused(tried.clone());
    }
    match (error.code(), error.class()) {
        (ErrorCode::Certificate, _) | (_, ErrorClass::Ssl) if message.contains("certificate") => {
            Fault::NotAllowed(format!(
                "{place} presents a certificate that this machine does not trust ({message}); if it is the right host, \
             register the repository with the PEM of its CA"
            ))
        }
        (ErrorCode::Owner, _) => Fault::NotAllowed(format!(
            "{place} belongs to another user; give it to the user that runs Atomo Fleet, or run \
             `git config --global --add safe.directory {place}` as that user"
        )),
        (_, ErrorClass::Http) if has_status(message, &["401", "403"]) => {
            Fault::Refused(format!("{tried}: {message}"))
        }
        (_, ErrorClass::Http) if has_status(message, &["404", "410"]) => Fault::Unreachable(format!(
            "{place} answers that there is no such repository ({tried}: {message})"
        )),
        (_, ErrorClass::Ssh) if seen.offered => Fault::Refused(format!("{tried}: {message}")),
        (_, ErrorClass::Os | ErrorClass::Filesystem | ErrorClass::Odb | ErrorClass::Indexer)
            if seen.receiving =>
        {
            Fault::Cache(message.to_owned())
        }
        _ => Fault::Unreachable(format!("tried {place} {tried}: {message}")),
    }
}

fn has_status(message: &str, statuses: &[&str]) -> bool {
    statuses.iter().any(|status| message.ends_with(status))
}

/// The error of a repository that passes one of our limits.
pub fn beyond(reason: &str) -> git2::Error {
    git2::Error::new(ErrorCode::User, ErrorClass::Callback, reason)
}

/// An error while the copy was read: a limit that was passed, else a fault of the copy on this machine.
pub fn in_cache(error: &git2::Error) -> SourceError {
    if error.code() == ErrorCode::User {
        return SourceError::TooLarge { reason: error.message().to_owned() };
    }
    SourceError::Cache { reason: format!("{}; the copy may be deleted, it is made again", error.message()) }
}
