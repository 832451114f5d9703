//! The meaning of a key. Pure; the browser executes the result.

/// The effect of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Opens the palette.
    Palette,
    /// Opens the list of keys.
    Help,
    /// Focuses the search field of the page.
    Search,
    /// Focuses the next row.
    Next,
    /// Focuses the previous row.
    Previous,
    /// Leaves the field.
    Leave,
    /// Opens a page.
    Go(&'static str),
    /// Waits for the second key of a sequence.
    Lead,
}

/// Where the focus is.
#[cfg_attr(
    all(not(feature = "hydrate"), not(test)),
    expect(dead_code, reason = "keys are pressed in browsers only")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// In a field, where letters are text.
    Field,
    /// In a dialog: only the dialog's own keys work.
    Dialog,
    /// Anywhere else.
    Page,
}

/// A pressed key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyPress<'a> {
    /// `KeyboardEvent.key`.
    pub(crate) key: &'a str,
    /// Whether Ctrl or Cmd was pressed.
    pub(crate) command: bool,
    /// Where the focus was.
    pub(crate) focus: Focus,
    /// Whether `g` was the previous key.
    pub(crate) led: bool,
    /// Whether single letters act.
    pub(crate) letters: bool,
}

/// The effect of the key, if it has one.
pub(crate) fn act(press: KeyPress<'_>) -> Option<Act> {
    match press {
        KeyPress { key: "k" | "K", command: true, .. } => Some(Act::Palette),
        KeyPress { command: true, .. } | KeyPress { focus: Focus::Dialog, .. } => None,
        KeyPress { key: "Escape", focus: Focus::Field, .. } => Some(Act::Leave),
        KeyPress { focus: Focus::Field, .. } | KeyPress { letters: false, .. } => None,
        KeyPress { led: true, key, .. } => go(key),
        KeyPress { key, .. } => single(key),
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
