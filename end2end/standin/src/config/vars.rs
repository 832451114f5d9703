//! The variables of one run: the process environment first, then `DIR/.env`, then `.env` of the working directory.
//!
//! They are gathered into a map instead of being written back into the environment, so every reader can be tested with a literal.

use std::{collections::HashMap, env, ffi::OsString, path::Path};

/// Named texts; the first source that has a name wins.
#[derive(Debug, Default)]
pub struct Vars(HashMap<String, String>);

impl Vars {
    /// Reads all sources. A variable that is not Unicode is passed over; a `.env` file is read up to its first bad line.
    pub fn load(config_dir: Option<&Path>) -> Self {
        let unicode =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        let files = config_dir.map(|dir| dir.join(".env")).into_iter().chain([".env".into()]);
        let files = files.filter_map(|path| dotenvy::from_path_iter(path).ok());
        let lines = files.flat_map(|lines| lines.map_while(Result::ok));
        env::vars_os().filter_map(unicode).chain(lines).collect()
    }

    /// The value as it stands; `Some("")` is a set variable.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value, or `default` when unset.
    pub fn text_or(&self, name: &str, default: &str) -> String {
        self.text(name).unwrap_or(default).to_owned()
    }

    /// Exactly `true` or `1`; anything else, `TRUE` too, is false.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "1"))
    }
}

impl FromIterator<(String, String)> for Vars {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut map = HashMap::new();
        for (name, value) in pairs {
            map.entry(name).or_insert(value);
        }
        Self(map)
    }
}
