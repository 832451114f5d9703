//! The issuer of certificates.

use gateway_caddy::{Acme, Issuer};

use super::*;

#[test]
fn certificates_come_from_the_gateways_own_issuer_unless_an_authority_is_asked_for() {
    let issuer = |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap()).map(|config| config.issuer);
    let acme = |email: Option<&str>, directory: Option<&str>| {
        Issuer::Acme(Acme { email: email.map(Into::into), directory: directory.map(Into::into), roots: None })
    };
    assert_eq!(issuer(&[]).unwrap(), Issuer::Internal);
    assert_eq!(issuer(&[("ACME_EMAIL", "ops@example.com")]).unwrap(), acme(Some("ops@example.com"), None));
    assert_eq!(issuer(&[("ACME_DIRECTORY", "staging")]).unwrap(), acme(None, Some(Acme::STAGING)));
    let own = "https://ca.example.com/acme/directory";
    assert_eq!(issuer(&[("ACME_DIRECTORY", own)]).unwrap(), acme(None, Some(own)));
    for (name, value, fault) in [
        ("ACME_EMAIL", "nobody", "ACME_EMAIL"),
        ("ACME_DIRECTORY", "http://ca.example.com/directory", "https URL"),
        ("ACME_DIRECTORY", "production", "ACME_DIRECTORY"),
        ("ACME_ROOTS", "/nowhere/root.pem", "it cannot be read"),
        ("CERTIFICATES", "/nowhere", "it cannot be opened"),
        ("CERTIFICATES", "certificates", "not absolute"),
        ("CERTIFICATE_ALERT_DAYS", "0", "out of range"),
    ] {
        let error = issuer(&[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(fault), "{error}");
    }
}

#[test]
fn roots_without_an_authority_are_a_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.pem"), folder.path().join("bad.pem"));
    std::fs::write(&good, "-----BEGIN CERTIFICATE-----\n").unwrap();
    std::fs::write(&bad, "hello").unwrap();
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let directory = ("ACME_DIRECTORY", "https://ca.example.com/directory");
    let fault =
        |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap()).map(|_| ()).map_err(|e| e.to_string());
    assert_eq!(fault(&[directory, ("ACME_ROOTS", good)]), Ok(()));
    assert!(fault(&[("ACME_ROOTS", good)]).unwrap_err().contains("set ACME_DIRECTORY too"));
    assert!(fault(&[directory, ("ACME_ROOTS", bad)]).unwrap_err().contains("no PEM certificate"));
}
