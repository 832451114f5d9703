//! What one source says: the environment, or the TOML file.
//!
//! A setting is given by its name, or by its name with `_FILE` behind it: then the value is what stands in that file. So
//! a secret need not be in an environment, which an engine or a service manager shows to whoever may ask it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Wrong;
use super::table::{Secret, Setting, find};

/// What is behind the name of a setting whose value stands in a file.
const BEHIND: &str = "_FILE";
/// No value is longer; what is, was not meant.
const MOST_BYTES: u64 = 64 * 1024;

/// The settings of one source, each with its text and where that came from.
pub(super) struct Layer<'a> {
    pub(super) values: BTreeMap<String, (String, String)>,
    origin: &'a str,
    wrong: &'a mut Vec<Wrong>,
}

impl<'a> Layer<'a> {
    pub(super) fn new(origin: &'a str, wrong: &'a mut Vec<Wrong>) -> Self {
        Self { values: BTreeMap::new(), origin, wrong }
    }

    /// Takes what stands under a name: `name` as the table has it, `shown` as it was written.
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
                fault: "there is no such setting".into(),
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

    /// Who takes the name for that of the setting itself has written a secret where a path belongs.
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

/// What stands in the file. An empty one is refused: it is a secret that got lost on the way rather than a wish for the
/// default.
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
