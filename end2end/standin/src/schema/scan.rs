//! Walking through TypeScript text without understanding it: brackets, strings and comments are all that it knows.
//!
//! Offsets are bytes and always at a character boundary.

use std::{
    iter::{self, Peekable},
    str::CharIndices,
};

/// The characters of `text` that are neither in a string nor in a comment.
pub fn code(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut chars = text.char_indices().peekable();
    iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            if !skip_string(&mut chars, c) && !skip_comment(&mut chars, c) {
                return Some((at, c));
            }
        }
    })
}

/// The same text with every comment replaced by a space.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if skip_comment(&mut chars, c) {
            out.push(' ');
            continue;
        }
        skip_string(&mut chars, c);
        let end = chars.peek().map_or(text.len(), |(end, _)| *end);
        out.push_str(&text[at..end]);
    }
    out
}

/// What stands between the bracket at the start of `text` and its partner, and what follows.
pub fn block(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with(['{', '(', '[']) {
        return None;
    }
    let mut depth = 0_u32;
    for (at, c) in code(text) {
        depth = deeper(depth, c);
        if depth == 0 {
            return Some((&text[1..at], &text[at + 1..]));
        }
    }
    None
}

/// The parts of `text` between separators that stand outside every bracket.
pub fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut from, mut depth) = (vec![], 0, 0_u32);
    for (at, c) in code(text) {
        depth = deeper(depth, c);
        if depth == 0 && c == separator {
            parts.push(&text[from..at]);
            from = at + c.len_utf8();
        }
    }
    parts.push(&text[from..]);
    parts
}

/// The `key: value` pairs of an object's inside; anything else in it is dropped.
pub fn entries(inside: &str) -> Vec<(&str, &str)> {
    split(inside, ',')
        .into_iter()
        .filter_map(|entry| {
            let (colon, _) = code(entry).find(|(_, c)| *c == ':')?;
            let key = entry[..colon].trim();
            Some((unquote(key).unwrap_or(key), entry[colon + 1..].trim()))
        })
        .collect()
}

/// The pairs of an object literal; absent when `text` is something else.
pub fn object(text: &str) -> Option<Vec<(&str, &str)>> {
    text.starts_with('{').then(|| block(text).map(|(inside, _)| entries(inside)))?
}

/// The value of a key.
pub fn get<'a>(entries: &[(&str, &'a str)], key: &str) -> Option<&'a str> {
    entries.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
}

/// The text of a string literal.
pub fn unquote(text: &str) -> Option<&str> {
    let text = text.trim();
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
    text[1..].strip_suffix(quote)
}

/// The identifier at the start of `text`; empty when there is none.
pub fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// Whether all of `text` is one identifier.
pub fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && identifier(text).len() == text.len()
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

fn deeper(depth: u32, c: char) -> u32 {
    match c {
        '{' | '(' | '[' => depth + 1,
        '}' | ')' | ']' => depth.saturating_sub(1),
        _ => depth,
    }
}

type Chars<'a> = Peekable<CharIndices<'a>>;

fn skip_string(chars: &mut Chars<'_>, quote: char) -> bool {
    if !matches!(quote, '\'' | '"' | '`') {
        return false;
    }
    while let Some((_, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            break;
        }
    }
    true
}

fn skip_comment(chars: &mut Chars<'_>, first: char) -> bool {
    if first != '/' {
        return false;
    }
    if chars.peek().is_some_and(|(_, c)| *c == '/') {
        while chars.next_if(|(_, c)| *c != '\n').is_some() {}
        return true;
    }
    if chars.next_if(|(_, c)| *c == '*').is_none() {
        return false;
    }
    while let Some((_, c)) = chars.next() {
        if c == '*' && chars.next_if(|(_, c)| *c == '/').is_some() {
            break;
        }
    }
    true
}

#[cfg(test)]
mod tests;
