//! An environment as text: one `NAME=value` a line, as in a `.env` file.
//!
//! - Blank lines and lines that begin with `#` are ignored; `export ` before a name is too.
//! - An unquoted value ends at the end of the line or before ` #`, and is trimmed.
//! - A value in double quotes may have several lines. In it `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes; any other
//!   backslash is a backslash. A value in single quotes may have several lines and has no escapes.
//! - An unquoted `secret:NAME` is the use of a secret. In quotes it is a text.
//!
//! What [`print`] writes, [`parse`] reads as the same environment. Names and values are validated by the draft that they
//! become part of.

use std::collections::{BTreeMap, BTreeSet};

use crate::{EnvDraft, EnvName, EnvValue, FieldError, Invalid, SecretDraft};

/// The prefix of an unquoted value that names a secret.
const SECRET: &str = "secret:";

/// A variable of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvLine {
    /// The line that it begins on; the first is 1.
    pub line: usize,
    /// Its name, not validated.
    pub name: String,
    /// Its value, not validated.
    pub value: EnvDraft,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvLineError {
    /// The line; the first is 1.
    pub line: usize,
    /// The fault.
    pub fault: Invalid,
}

impl EnvLineError {
    /// The error of a form's field, with the number of the line.
    pub fn of_field(self, field: &str) -> FieldError {
        let Self { line, fault: Invalid { message, accepted } } = self;
        FieldError::new(field, Invalid::new(format!("Line {line}: {message}"), accepted))
    }
}

/// The variables of a text in their order, or every line that cannot be read. A name occurs once.
pub fn parse(text: &str) -> Result<Vec<EnvLine>, Vec<EnvLineError>> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = Reader { rest: &text, line: 1 };
    let (mut found, mut errors, mut names) = (Vec::new(), Vec::new(), BTreeSet::new());
    while !reader.rest.is_empty() {
        let line = reader.line;
        match reader.variable() {
            Ok(None) => {}
            Ok(Some((name, value))) if names.insert(name.clone()) => {
                found.push(EnvLine { line, name, value });
            }
            Ok(Some((name, _))) => {
                let fault = Invalid::new(format!("{name} is listed twice."), "each name once");
                errors.push(EnvLineError { line, fault });
            }
            Err(fault) => errors.push(EnvLineError { line, fault }),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// The environment as text, by name. Empty for an empty environment.
pub fn print(env: &BTreeMap<EnvName, EnvValue>) -> String {
    let line = |(name, value): (&EnvName, &EnvValue)| match value {
        EnvValue::Secret(used) => format!("{name}={SECRET}{}\n", used.secret),
        EnvValue::Text(text) if is_plain(text) => format!("{name}={text}\n"),
        EnvValue::Text(text) => format!("{name}=\"{}\"\n", escaped(text)),
    };
    env.iter().map(line).collect()
}

/// Whether the text means itself without quotes, here and in a shell.
fn is_plain(text: &str) -> bool {
    !text.starts_with(SECRET)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:@%+,=?".contains(&byte))
}

/// The text for double quotes. Line feeds stay.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\\' | '"' | '$' => escaped.extend(['\\', letter]),
            '\r' => escaped.push_str("\\r"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// What is left to read.
struct Reader<'a> {
    rest: &'a str,
    /// The number of the line that `rest` begins on.
    line: usize,
}

impl<'a> Reader<'a> {
    /// Reads one line, or all lines of a quoted value. `None` for a line without a variable. After a fault reading goes on
    /// with the next line.
    fn variable(&mut self) -> Result<Option<(String, EnvDraft)>, Invalid> {
        const ACCEPTED: &str = "NAME=value";
        let head = self.rest.split('\n').next().unwrap_or_default();
        if head.trim().is_empty() || head.trim_start().starts_with('#') {
            self.take_line();
            return Ok(None);
        }
        let Some((name, _)) = head.split_once('=') else {
            self.take_line();
            return Err(Invalid::new("The line contains no =.", ACCEPTED));
        };
        self.take(name.len() + 1);
        let name = without_export(name.trim()).to_owned();
        let value = self.value();
        if name.is_empty() {
            return Err(Invalid::new("There is no name before the =.", ACCEPTED));
        }
        Ok(Some((name, value?)))
    }

    /// Reads a value and the rest of its line.
    fn value(&mut self) -> Result<EnvDraft, Invalid> {
        let blank = self.rest.find(|c: char| c == '\n' || !c.is_whitespace()).unwrap_or(self.rest.len());
        self.take(blank);
        if let Some(quote @ ('"' | '\'')) = self.rest.chars().next() {
            return self.quoted(quote).map(EnvDraft::Text);
        }
        let text = without_comment(self.take_line()).trim();
        Ok(match text.strip_prefix(SECRET) {
            Some(secret) => EnvDraft::Secret(SecretDraft { secret: secret.trim().to_owned() }),
            None => EnvDraft::Text(text.to_owned()),
        })
    }

    /// Reads a value in quotes and the rest of the line of its closing quote. Without one everything is read.
    fn quoted(&mut self, quote: char) -> Result<String, Invalid> {
        let (mut text, mut letters) = (String::new(), self.rest.char_indices().skip(1));
        let end = loop {
            match letters.next() {
                None => {
                    self.take(self.rest.len());
                    let message = format!("The value has no closing {quote}.");
                    return Err(Invalid::new(message, "a quote at each end of the value"));
                }
                Some((at, letter)) if letter == quote => break at + letter.len_utf8(),
                Some((_, '\\')) if quote == '"' => match letters.next() {
                    Some((_, letter)) => text.push_str(&unescaped(letter)),
                    None => text.push('\\'),
                },
                Some((_, letter)) => text.push(letter),
            }
        };
        self.take(end);
        let behind = self.take_line().trim();
        if behind.is_empty() || behind.starts_with('#') {
            return Ok(text);
        }
        Err(Invalid::new("Unexpected text after the closing quote.", "nothing, or a comment after #"))
    }

    /// Takes the rest of the line, without its line feed.
    fn take_line(&mut self) -> &'a str {
        let text = self.rest.split('\n').next().unwrap_or_default();
        self.take(text.len());
        self.take(usize::from(!self.rest.is_empty()));
        text
    }

    fn take(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
    }
}

fn without_export(name: &str) -> &str {
    match name.split_once(char::is_whitespace) {
        Some(("export", name)) => name.trim_start(),
        _ => name,
    }
}

/// The value before a comment, which begins with a `#` that starts the value or follows white space.
fn without_comment(text: &str) -> &str {
    let is_comment = |at: &usize| *at == 0 || text[..*at].ends_with(char::is_whitespace);
    let comment = text.match_indices('#').map(|(at, _)| at).find(is_comment);
    comment.map_or(text, |at| &text[..at])
}

/// What a letter behind a backslash in double quotes means.
fn unescaped(letter: char) -> String {
    match letter {
        'n' => "\n".to_owned(),
        'r' => "\r".to_owned(),
        't' => "\t".to_owned(),
        '"' | '\\' | '$' => letter.to_string(),
        other => format!("\\{other}"),
    }
}

#[cfg(test)]
mod tests;
