//! The sources of settings.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::layer::Layer;
use super::table::{OTHERS, PREFIX, Secret, all, find};
use super::{ConfigError, Wrong};

/// The text of every setting, with its origin.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    values: BTreeMap<String, (String, String)>,
}

impl Raw {
    /// Reads the environment of this process and the file that `ATOMO_FLEET_CONFIG` names.
    pub fn load() -> Result<Self, ConfigError> {
        let environment = ours(std::env::vars_os())?;
        let path =
            environment.iter().find(|(name, _)| name == "ATOMO_FLEET_CONFIG").map(|(_, path)| path.clone());
        let file = match &path {
            None => None,
            Some(path) => Some((path.as_str(), read(path)?)),
        };
        Self::of(&environment, file)
    }

    /// Combines the environment with the text of a file. Unknown names are faults.
    pub fn of(environment: &[(String, String)], file: Option<(&str, String)>) -> Result<Self, ConfigError> {
        let mut wrong = Vec::new();
        let mut values = BTreeMap::new();
        if let Some((path, text)) = file {
            let table: toml::Table = text.parse().map_err(|error| unreadable(path, &place(&error, &text)))?;
            let mut layer = Layer::new(path, &mut wrong);
            for (name, value) in table {
                let text = match value {
                    toml::Value::String(text) => text,
                    other => other.to_string(),
                };
                layer.take(&name.to_uppercase(), &name, text);
            }
            values.extend(layer.values);
        }
        let mut layer = Layer::new("environment", &mut wrong);
        for (name, value) in environment {
            let short = name.strip_prefix(PREFIX).unwrap_or(name);
            if !OTHERS.contains(&short) {
                layer.take(short, name, value.clone());
            }
        }
        values.extend(layer.values);
        if wrong.is_empty() { Ok(Self { values }) } else { Err(ConfigError(wrong)) }
    }

    /// Text and origin of a setting; its default if it is not set.
    pub(super) fn get(&self, name: &str) -> (&str, &str) {
        let default = find(name).map_or("", |setting| setting.default);
        self.values.get(name).map_or((default, "default"), |(value, origin)| (value.trim(), origin))
    }

    /// All effective settings with secrets redacted, for `atomo-fleet config`.
    pub fn print(&self) -> String {
        let line = |setting: &super::table::Setting| {
            let (value, origin) = self.get(setting.name);
            let hidden = setting.secret == Secret::Yes && !value.is_empty();
            let value = if hidden { "[redacted]" } else { value };
            format!("{PREFIX}{} = {value:?}  # {origin}", setting.name)
        };
        all().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// The variables that are settings. Others are ignored, even if they are not Unicode.
pub(super) fn ours(
    all: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let (mut texts, mut wrong) = (Vec::new(), Vec::new());
    for (name, value) in all.filter(|(name, _)| name.as_encoded_bytes().starts_with(PREFIX.as_bytes())) {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => texts.push((name, value)),
            (name, _) => {
                let name = name.unwrap_or_else(|bytes| bytes.to_string_lossy().into_owned());
                wrong.push(Wrong {
                    name,
                    value: None, // it may be a secret with one wrong letter
                    origin: "environment".into(),
                    fault: "it is not Unicode".into(),
                    accepted: "text in UTF-8".into(),
                });
            }
        }
    }
    if wrong.is_empty() { Ok(texts) } else { Err(ConfigError(wrong)) }
}

fn read(path: &str) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error.to_string()))
}

fn unreadable(path: &str, fault: &str) -> ConfigError {
    ConfigError(vec![Wrong {
        name: "ATOMO_FLEET_CONFIG".into(),
        value: Some(path.into()),
        origin: "environment".into(),
        fault: fault.into(),
        accepted: "a TOML file".into(),
    }])
}

/// The line of a TOML error and its message, without the line's text, which may be a secret.
fn place(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}
