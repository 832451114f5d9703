//! JSON into a draft, with all faults of its shape: unknown fields and wrong types, then the draft's own. Pure.
//!
//! Deserialising stops at the first fault, so the field at fault is taken out and the rest is read again. What a field
//! held is never repeated: it may be a secret.

use model::{FieldError, Invalid};
use serde_json::Value;
use serde_path_to_error::{Error, Path, Segment};

use super::Draft;

/// More wrong fields than anybody reads at once.
const MANY: usize = 20;

/// The draft, or every wrong field of it (the first [`MANY`]).
pub fn read<T: Draft>(mut value: Value) -> Result<T, Vec<FieldError>> {
    // serde would read a list as a struct, field by field
    if !value.is_object() {
        return Err(vec![FieldError::new("body", Invalid::new("This is of another type.", "an object"))]);
    }
    let mut faults: Vec<FieldError> = Vec::new();
    loop {
        match serde_path_to_error::deserialize(&value) {
            Ok(draft) if faults.is_empty() => return Ok(draft),
            Ok(draft) => {
                let others = T::faults(draft).into_iter().filter(|other| !is_told(&faults, &other.field));
                let others: Vec<FieldError> = others.collect();
                faults.extend(others);
                return Err(faults);
            }
            Err(error) => {
                let found = fault(&error);
                // a field that is needed and was taken out is missing now
                if !is_told(&faults, &found.field) {
                    faults.push(found);
                }
                if faults.len() == MANY || !take_out(&mut value, error.path()) {
                    return Err(faults);
                }
            }
        }
    }
}

/// Whether a field, or one that holds it, is among the faults.
fn is_told(faults: &[FieldError], field: &str) -> bool {
    let holds =
        |outer: &str| field.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    faults.iter().any(|fault| holds(&fault.field))
}

/// Takes out the innermost named field on the way to a fault; of a list the whole, so that the places in it stay true.
fn take_out(value: &mut Value, path: &Path) -> bool {
    let keys: Vec<&str> = path
        .iter()
        .map_while(|segment| if let Segment::Map { key } = segment { Some(key.as_str()) } else { None })
        .collect();
    let Some((last, parents)) = keys.split_last() else { return false };
    let holder = parents.iter().try_fold(value, |value, key| value.get_mut(key));
    holder.and_then(Value::as_object_mut).and_then(|fields| fields.remove(*last)).is_some()
}

/// A fault that serde found, as a wrong field.
pub fn fault<E: std::fmt::Display>(error: &Error<E>) -> FieldError {
    let text = error.inner().to_string();
    let mut names: Vec<String> = error.path().iter().filter_map(name).collect();
    if let Some(missing) = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        names.push(missing.to_owned());
    }
    if names.is_empty() {
        names.push("body".into());
    }
    let (message, accepted) = explain(&text);
    FieldError { accepted, ..FieldError::new(names.join("."), Invalid::new(message, "")) }
}

fn name(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Serde's words in ours: the fault, and what is accepted.
fn explain(text: &str) -> (&'static str, String) {
    if text.starts_with("unknown field") {
        let known = text.split_once("expected ").map_or("", |(_, names)| names.trim_start_matches("one of "));
        let accepted = if known.is_empty() { "no field here".into() } else { known.replace('`', "") };
        return ("There is no such field.", accepted);
    }
    if text.starts_with("missing field") {
        return ("This field is needed.", "a value".into());
    }
    if text.starts_with("duplicate field") {
        return ("This stands here twice.", "it once".into());
    }
    // the only value with more than one form
    if text.starts_with("data did not match any variant") {
        return ("This is neither of the accepted forms.", "a text, or {\"secret\": \"NAME\"}".into());
    }
    let expected =
        text.rsplit_once("expected ").map_or("what the description of the API says", |(_, rest)| rest);
    let accepted = match expected {
        "a string" => "a text",
        "a sequence" => "a list",
        "a boolean" => "true or false",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    ("This is of another type.", accepted.into())
}

#[cfg(test)]
mod tests;
