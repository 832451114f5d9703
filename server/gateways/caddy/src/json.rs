//! JSON as Caddy writes it: Go's encoder sorts keys and escapes what would matter in HTML. Configuration that Caddy
//! gives back can so be compared byte for byte with what was sent, without parsing a megabyte of it.

use std::io;

use serde::Serialize as _;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value};

/// Appends a value.
pub(crate) fn write(out: &mut Vec<u8>, value: &Value) {
    // writing to memory never fails, and a value has no keys but texts
    let _ = value.serialize(&mut Serializer::with_formatter(out, Go));
}

/// A value as text.
pub(crate) fn text(value: &Value) -> String {
    let mut out = Vec::new();
    write(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends an object. `written` may write the value of a field itself, and says so with `true`.
pub(crate) fn object(
    out: &mut Vec<u8>,
    fields: &Map<String, Value>,
    written: impl Fn(&mut Vec<u8>, &str, &Value) -> bool,
) {
    out.push(b'{');
    for (index, (key, value)) in fields.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, &Value::from(key.as_str()));
        out.push(b':');
        if !written(out, key, value) {
            write(out, value);
        }
    }
    out.push(b'}');
}

struct Go;

impl Formatter for Go {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (plain, from) = rest.split_at(at);
            let Some(letter) = from.chars().next() else { break };
            write!(out, "{plain}\\u{:04x}", u32::from(letter))?;
            rest = &from[letter.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests;
