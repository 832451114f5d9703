//! Values that must not be in an argument: read from standard input or prompted.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use secrecy::SecretString;

use crate::failure::Failure;

/// Maximum size in bytes. The server's limit is lower and gives the better message.
const MOST: u64 = 2 * 1024 * 1024;

/// Reads a secret from standard input, or prompts without echo on a terminal. The line end after a single line is
/// removed; a value of several lines is kept as it is, because some programs reject a private key without its last line
/// end.
pub fn secret(prompt: &str, what: &'static str) -> Result<SecretString, Failure> {
    if io::stdin().is_terminal() { hidden(prompt, what) } else { piped(what) }
}

/// Reads a secret from standard input, even if that is a terminal.
pub fn piped(what: &'static str) -> Result<SecretString, Failure> {
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(MOST)
        .read_to_string(&mut text)
        .map_err(|source| Failure::Input { what, source })?;
    present(one_line_end_less(text), what)
}

/// Prompts for a secret without echo.
pub fn hidden(prompt: &str, what: &'static str) -> Result<SecretString, Failure> {
    let text = rpassword::prompt_password(prompt).map_err(|source| Failure::Input { what, source })?;
    present(text, what)
}

/// Prompts for a line with echo; `None` if standard input is not a terminal.
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
        return Err(Failure::Usage(format!("No input for {what}.")));
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
