//! What a key means. Pure: the browser's half of it does what is answered here.

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Opens the palette.
    Palette,
    /// Opens the list of keys.
    Help,
    /// Goes to the field that searches this page.
    Search,
    /// Goes to the next row.
    Next,
    /// Goes to the previous row.
    Previous,
    /// Leaves the field.
    Leave,
    /// Opens a page.
    Go(&'static str),
    /// Waits for the second key.
    Lead,
}

/// Where a key is pressed.
#[cfg_attr(
    all(not(feature = "hydrate"), not(test)),
    expect(dead_code, reason = "keys are pressed in browsers only")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// In a field, where letters are text.
    Field,
    /// Anywhere while a dialog is open: it closes itself, and nothing behind it is reached.
    Dialog,
    /// Anywhere else.
    Page,
}

/// A key as it was pressed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Press<'a> {
    /// What the browser calls it.
    pub(crate) key: &'a str,
    /// Whether Ctrl or Cmd was held.
    pub(crate) command: bool,
    /// Where.
    pub(crate) focus: Focus,
    /// Whether `g` was pressed just before.
    pub(crate) led: bool,
    /// Whether single letters act.
    pub(crate) letters: bool,
}

/// What the key does, if anything.
pub(crate) fn act(press: Press<'_>) -> Option<Act> {
    match press {
        Press { key: "k" | "K", command: true, .. } => Some(Act::Palette),
        Press { command: true, .. } | Press { focus: Focus::Dialog, .. } => None,
        Press { key: "Escape", focus: Focus::Field, .. } => Some(Act::Leave),
        Press { focus: Focus::Field, .. } | Press { letters: false, .. } => None,
        Press { led: true, key, .. } => go(key),
        Press { key, .. } => single(key),
    }
}

fn go(key: &str) -> Option<Act> {
    match key {
        "f" => Some(Act::Go("/")),
        "o" => Some(Act::Go("/operations")),
        _ => None,
    }
}

fn single(key: &str) -> Option<Act> {
    match key {
        "?" => Some(Act::Help),
        "/" => Some(Act::Search),
        "j" => Some(Act::Next),
        "k" => Some(Act::Previous),
        "g" => Some(Act::Lead),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
