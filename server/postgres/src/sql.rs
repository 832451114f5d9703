//! Text that is put into SQL where parameters cannot be: the one place that quotes.

#[cfg(test)]
mod tests;

/// A name as an identifier: in double quotes, so case and hyphens are kept and no keyword is special.
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a string constant, whatever `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    if text.contains('\\') {
        format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}
