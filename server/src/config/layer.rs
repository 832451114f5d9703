//! One source of settings: the environment or the TOML file.
//!
//! A setting is given by its name, or by its name with the suffix `_FILE` and the path of a file with the value. A
//! secret in a file stays out of the environment, which an engine or service manager may show.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Wrong;
use super::table::{Secret, Setting, find};

/// The suffix of a setting whose value is in a file.
const BEHIND: &str = "_FILE";
/// Maximum size of such a file in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// The settings of one source: text and origin.
pub(super) struct Layer<'a> {
    pub(super) values: BTreeMap<String, (String, String)>,
    origin: &'a str,
    wrong: &'a mut Vec<Wrong>,
}

impl<'a> Layer<'a> {
    pub(super) fn new(origin: &'a str, wrong: &'a mut Vec<Wrong>) -> Self {
        Self { values: BTreeMap::new(), origin, wrong }
    }

    /// Adds a setting: `name` as in the table, `shown` as written in the source.
    pub(super) fn take(&mut self, name: &str, shown: &str, text: String) {
        let behind = || name.strip_suffix(BEHIND).and_then(find);
        if let Some(setting) = find(name) {
            self.set(setting, shown, text, self.origin.to_owned());
        } else if let Some(setting) = behind() {
            match content(&text) {
                Ok(value) => self.set(setting, shown, value, text),
                Err(fault) => self.wrong.push(self.no_file(setting, shown, text, fault)),
            }
        } else {
            self.wrong.push(Wrong {
                name: shown.into(),
                value: None,
                origin: self.origin.into(),
                fault: "unknown setting".into(),
                accepted: "a name that `atomo-fleet serve --help` lists".into(),
            });
        }
    }

    fn set(&mut self, setting: &Setting, shown: &str, value: String, origin: String) {
        if self.values.insert(setting.name.to_owned(), (value, origin)).is_some() {
            self.wrong.push(Wrong {
                name: shown.into(),
                value: None, // it may be a secret
                origin: self.origin.into(),
                fault: format!("{} is given twice", setting.name),
                accepted: format!("either {0} or {0}{BEHIND}", setting.name),
            });
        }
    }

    /// The fault of a `_FILE` setting. The text is not repeated: it may be a secret in place of a path.
    fn no_file(&self, setting: &Setting, shown: &str, text: String, fault: String) -> Wrong {
        let hidden = setting.secret == Secret::Yes && !Path::new(&text).is_absolute();
        Wrong {
            name: shown.into(),
            value: Some(if hidden { "[redacted]".into() } else { text }),
            origin: self.origin.into(),
            fault,
            accepted: format!("the absolute path of a file that holds {}", setting.accepted),
        }
    }
}

/// The content of the file. An empty file is an error: it is more likely a lost secret than a request for the default.
fn content(path: &str) -> Result<String, String> {
    if !Path::new(path).is_absolute() {
        return Err("the path is not absolute".into());
    }
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text));
    match read {
        Err(error) => Err(error.to_string()),
        Ok(_) if text.trim().is_empty() => Err("the file is empty".into()),
        Ok(bytes) if bytes as u64 > MOST_BYTES => Err(format!("the file is larger than {MOST_BYTES} bytes")),
        Ok(_) => Ok(text),
    }
}
