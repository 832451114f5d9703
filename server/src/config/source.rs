//! Where values come from.

use std::collections::BTreeMap;

use super::table::{OTHERS, PREFIX, SETTINGS, Secret, find};
use super::{ConfigError, Wrong};

/// Every setting's text, with where it came from.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    values: BTreeMap<String, (String, String)>,
}

impl Raw {
    /// Reads this process' environment and the file that `ATOMO_FLEET_CONFIG` names.
    pub fn load() -> Result<Self, ConfigError> {
        let environment: Vec<(String, String)> =
            std::env::vars().filter(|(name, _)| name.starts_with(PREFIX)).collect();
        let path =
            environment.iter().find(|(name, _)| name == "ATOMO_FLEET_CONFIG").map(|(_, path)| path.clone());
        let file = match &path {
            None => None,
            Some(path) => Some((path.as_str(), read(path)?)),
        };
        Self::of(&environment, file)
    }

    /// Lays the environment over a file's text. Names that nobody knows are wrong.
    pub fn of(environment: &[(String, String)], file: Option<(&str, String)>) -> Result<Self, ConfigError> {
        let mut raw = Self::default();
        let mut wrong = Vec::new();
        if let Some((path, text)) = file {
            let table: toml::Table = text.parse().map_err(|error| unreadable(path, &place(&error, &text)))?;
            for (name, value) in table {
                let text = match value {
                    toml::Value::String(text) => text,
                    other => other.to_string(),
                };
                raw.insert(&name.to_uppercase(), &name, text, path, &mut wrong);
            }
        }
        for (name, value) in environment {
            let short = name.strip_prefix(PREFIX).unwrap_or(name);
            if !OTHERS.contains(&short) {
                raw.insert(short, name, value.clone(), "environment", &mut wrong);
            }
        }
        if wrong.is_empty() { Ok(raw) } else { Err(ConfigError(wrong)) }
    }

    fn insert(&mut self, name: &str, shown: &str, value: String, origin: &str, wrong: &mut Vec<Wrong>) {
        if find(name).is_some() {
            self.values.insert(name.to_owned(), (value, origin.to_owned()));
        } else {
            wrong.push(Wrong {
                name: shown.into(),
                value: None,
                origin: origin.into(),
                fault: "there is no such setting".into(),
                accepted: "a name that `atomo-fleet serve --help` lists".into(),
            });
        }
    }

    /// The text of a setting and where it came from; its default when nothing was said.
    pub(super) fn get(&self, name: &str) -> (&str, &str) {
        let default = find(name).map_or("", |setting| setting.default);
        self.values.get(name).map_or((default, "default"), |(value, origin)| (value.trim(), origin))
    }

    /// Every setting as it takes effect, secrets redacted: what `atomo-fleet config` prints.
    pub fn print(&self) -> String {
        let line = |setting: &super::table::Setting| {
            let (value, origin) = self.get(setting.name);
            let hidden = setting.secret == Secret::Yes && !value.is_empty();
            let value = if hidden { "[redacted]" } else { value };
            format!("{PREFIX}{} = {value:?}  # {origin}", setting.name)
        };
        SETTINGS.iter().map(line).collect::<Vec<_>>().join("\n")
    }
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

/// The line and what is wrong there, without the line itself: it may hold a secret.
fn place(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}
