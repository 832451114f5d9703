//! Redacts secrets when the log of a container is read.

use std::collections::{BTreeSet, HashMap};

use bollard::models::ContainerConfig;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::labels::SECRET;

const REDACTED: &str = "[redacted]";

/// Values to redact, longest first, so that no value is left because a part of it was replaced before.
#[derive(Default)]
pub(crate) struct Redaction(Vec<SecretString>);

impl Redaction {
    /// These values, and those in the container's environment whose names are marked as secret. The password in a URL
    /// counts by itself, because programs print URLs in parts.
    pub(crate) fn of(known: &[SecretString], config: Option<&ContainerConfig>) -> Self {
        let mut texts: BTreeSet<String> =
            known.iter().map(|value| value.expose_secret().to_owned()).collect();
        texts.extend(config.map(marked).unwrap_or_default());
        let passwords: Vec<String> = texts.iter().filter_map(|text| password(text)).collect();
        texts.extend(passwords);
        texts.remove("");
        let mut texts: Vec<String> = texts.into_iter().collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self(texts.into_iter().map(SecretString::from).collect())
    }

    pub(crate) fn apply(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| {
            let secret = secret.expose_secret();
            if text.contains(secret) { text.replace(secret, REDACTED) } else { text }
        })
    }
}

fn marked(config: &ContainerConfig) -> Vec<String> {
    let names =
        config.labels.as_ref().and_then(|labels| labels.get(SECRET)).map(String::as_str).unwrap_or_default();
    let names: BTreeSet<&str> = names.split(',').filter(|name| !name.is_empty()).collect();
    let env: HashMap<&str, &str> =
        config.env.iter().flatten().filter_map(|variable| variable.split_once('=')).collect();
    names.into_iter().filter_map(|name| env.get(name).map(|value| (*value).to_owned())).collect()
}

fn password(text: &str) -> Option<String> {
    Url::parse(text).ok()?.password().map(str::to_owned)
}

#[cfg(test)]
mod tests;
