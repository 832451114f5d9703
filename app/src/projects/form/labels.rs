//! Labels as text: one `key=value` a line.

use std::collections::BTreeMap;

use model::{FieldError, Invalid, Labels};

/// The lines of the present labels.
pub(crate) fn text(labels: &Labels) -> String {
    labels.texts().collect::<Vec<_>>().join("\n")
}

/// The labels as typed; a line without `=` and a key on two lines are errors of the field. Empty lines are skipped.
pub(crate) fn drafts(text: &str) -> Result<BTreeMap<String, String>, FieldError> {
    const ACCEPTED: &str = "one key=value a line, each key once";
    let mut labels = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let fault = |message: String| FieldError::new("labels", Invalid::new(message, ACCEPTED));
        let pair = line.split_once('=').ok_or_else(|| fault(format!("There is no = in \"{line}\".")))?;
        let (key, value) = (pair.0.trim(), pair.1.trim());
        if labels.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(fault(format!("{key} occurs twice.")));
        }
    }
    Ok(labels)
}
