//! A list with conditions: its request, and the command that asks for the same list.

use model::CommandLine;

use crate::args::Condition;
use crate::client::Path;

/// The path with the conditions, and the command with them, without the name of the program.
pub fn filtered<'a>(path: Path<'a>, words: &[&str], conditions: Vec<Condition>) -> (Path<'a>, String) {
    let line = CommandLine::new(words.iter().copied());
    let (path, line) = conditions.into_iter().fold((path, line), |(path, line), (name, value)| {
        let line = match &value {
            Some(value) => line.with(&format!("--{name}"), value.clone()),
            None => line,
        };
        (path.with(name, value), line)
    });
    let line = line.to_string();
    (path, line.strip_prefix("atomoctl ").unwrap_or(&line).to_owned())
}
