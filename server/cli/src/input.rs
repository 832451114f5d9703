//! What is read from standard input or asked on the terminal: values that must not stand in an argument.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use secrecy::SecretString;

use crate::failure::Failure;

/// More than the server would take: what is longer is refused there, with its own words.
const MOST: u64 = 2 * 1024 * 1024;

/// A secret: from standard input, or asked without echo when that is a terminal.
/// One line end behind a value of a single line is not part of it; a value of several lines is taken as it is,
/// since a private key without its last line end is refused by some readers.
pub fn secret(prompt: &str, what: &'static str) -> Result<SecretString, Failure> {
    if io::stdin().is_terminal() { hidden(prompt, what) } else { piped(what) }
}

/// A secret from standard input, also when that is a terminal.
pub fn piped(what: &'static str) -> Result<SecretString, Failure> {
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(MOST)
        .read_to_string(&mut text)
        .map_err(|source| Failure::Input { what, source })?;
    present(one_line_end_less(text), what)
}

/// A secret asked on the terminal without echo.
pub fn hidden(prompt: &str, what: &'static str) -> Result<SecretString, Failure> {
    let text = rpassword::prompt_password(prompt).map_err(|source| Failure::Input { what, source })?;
    present(text, what)
}

/// A line asked on the terminal, with echo; `None` when standard input is not a terminal.
pub fn asked(prompt: &str, what: &'static str) -> Result<Option<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let fault = |source| Failure::Input { what, source };
    let mut stderr = io::stderr().lock();
    write!(stderr, "{prompt}").and_then(|()| stderr.flush()).map_err(fault)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(fault)?;
    Ok(Some(line.trim().to_owned()))
}

fn present(text: String, what: &'static str) -> Result<SecretString, Failure> {
    if text.is_empty() {
        return Err(Failure::Usage(format!("Nothing was given as {what}.")));
    }
    Ok(text.into())
}

fn one_line_end_less(mut text: String) -> String {
    let single = text.strip_suffix('\n').map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
    if let Some(length) = single.filter(|rest| !rest.contains('\n')).map(str::len) {
        text.truncate(length);
    }
    text
}

#[cfg(test)]
mod tests;
