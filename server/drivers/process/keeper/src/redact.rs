//! Removes secrets from a byte stream before anything is stored.
//!
//! It works on the stream, not on lines or reads, so it finds a secret that was split by a write or contains line
//! breaks. The end of the stream is held back while it could be the start of a secret.

const MARK: &[u8] = b"[redacted]";
/// A shorter remainder at the end of a stream reveals nothing; a longer one is redacted like the secret that it starts.
const TELLING_PIECE: usize = 4;
/// From this length on, single lines of a secret of several lines (a key in PEM) are redacted too.
const TELLING_LINE: usize = 8;

/// Removes a set of values from one stream.
pub(crate) struct Redactor {
    /// Longest first, so that the longest match is removed.
    values: Vec<Vec<u8>>,
    /// Whether a value starts with this byte.
    begins: [bool; 256],
    held: Vec<u8>,
}

enum Found {
    Nothing,
    /// The data ends before a match is certain.
    Maybe,
    Value(usize),
}

impl Redactor {
    /// For these values, also in the escaped forms of JSON and Rust's `Debug`.
    pub(crate) fn new(secrets: &[String]) -> Self {
        let mut values: Vec<Vec<u8>> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        values.retain(|value| !value.is_empty());
        values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        values.dedup();
        let mut begins = [false; 256];
        for value in &values {
            begins[usize::from(value[0])] = true;
        }
        Self { values, begins, held: Vec::new() }
    }

    /// Processes bytes; appends to `out` what may be stored.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.held.extend_from_slice(bytes);
        let text = std::mem::take(&mut self.held);
        let mut at = 0;
        while at < text.len() {
            match self.find(&text[at..]) {
                Found::Maybe => {
                    self.held = text[at..].to_vec();
                    return;
                }
                found => at += emit(&found, text[at], out),
            }
        }
    }

    /// Ends the stream; appends what was held back.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        let text = std::mem::take(&mut self.held);
        let mut at = 0;
        while at < text.len() {
            match self.find(&text[at..]) {
                Found::Maybe if text.len() - at >= TELLING_PIECE => return out.extend_from_slice(MARK),
                found => at += emit(&found, text[at], out),
            }
        }
    }

    fn find(&self, text: &[u8]) -> Found {
        if !self.begins[usize::from(text[0])] {
            return Found::Nothing;
        }
        for value in &self.values {
            if text.starts_with(value) {
                return Found::Value(value.len());
            }
            if value.starts_with(text) {
                return Found::Maybe;
            }
        }
        Found::Nothing
    }
}

/// Appends the replacement of a match at this byte; returns how many bytes it covers.
fn emit(found: &Found, byte: u8, out: &mut Vec<u8>) -> usize {
    if let Found::Value(length) = found {
        out.extend_from_slice(MARK);
        return *length;
    }
    out.push(byte);
    1
}

/// The forms in which a secret may be printed.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec(), escaped(secret).into_bytes()];
    if secret.contains('\n') {
        let lines = secret.lines().map(str::trim).filter(|line| line.len() >= TELLING_LINE);
        forms.extend(lines.map(|line| line.as_bytes().to_vec()));
    }
    forms
}

fn escaped(secret: &str) -> String {
    let mut text = String::new();
    for c in secret.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests;
