//! Issuer of certificates, and the folder of certificate files.

use std::fs;
use std::path::PathBuf;

use gateway_caddy::{Acme, AcmeRoots, Issuer};
use model::Email;
use url::Url;

use super::{Parsed, Reader, absolute, optional};

/// The gateway's internal CA, unless an ACME authority is configured.
pub(super) fn issuer(r: &mut Reader<'_>) -> Issuer {
    let email = r.read("ACME_EMAIL", None, |text| optional(text, email));
    let directory = r.read("ACME_DIRECTORY", None, |text| optional(text, directory));
    let asked = email.is_some() || directory.is_some();
    let roots = r.read("ACME_ROOTS", None, |text| match optional(text, roots)? {
        Some(_) if !asked => Err("no ACME authority is configured: set ACME_DIRECTORY too".into()),
        roots => Ok(roots),
    });
    if asked { Issuer::Acme(Acme { email, directory, roots }) } else { Issuer::Internal }
}

/// An existing folder.
pub(super) fn folder(text: &str) -> Parsed<PathBuf> {
    let path = absolute(text)?;
    match fs::read_dir(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(format!("it cannot be opened: {error}")),
    }
}

fn email(text: &str) -> Parsed<String> {
    Email::try_from(text.to_owned()).map(|email| email.to_string()).map_err(|fault| fault.message)
}

fn directory(text: &str) -> Parsed<String> {
    if text == "staging" {
        return Ok(Acme::STAGING.to_owned());
    }
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if url.scheme() == "https" && url.username().is_empty() {
        Ok(url.to_string())
    } else {
        Err("an ACME directory has an https URL without a user".into())
    }
}

fn roots(text: &str) -> Parsed<AcmeRoots> {
    let path = absolute(text)?;
    let pem = fs::read_to_string(&path).map_err(|error| format!("it cannot be read: {error}"))?;
    if pem.contains("-----BEGIN CERTIFICATE-----") {
        Ok(AcmeRoots { path, pem })
    } else {
        Err("it contains no PEM certificate".into())
    }
}
