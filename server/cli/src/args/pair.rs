//! `NAME=VALUE` in arguments.

/// Parses `NAME=VALUE`. The server validates the name.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("The argument contains no =. Accepted: NAME=VALUE.")?;
    if name.is_empty() {
        return Err("There is no name before the =. Accepted: NAME=VALUE.".into());
    }
    Ok((name.to_owned(), value.to_owned()))
}
