//! The part of a long list that one page shows.

/// Maximum number of rows of the table: a page stays below 60 kB on the wire and is merged within 100 ms in a browser.
pub(super) const ROWS: usize = 200;

/// The rows of this part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Index of the first row.
    pub(super) from: usize,
    /// Index after the last row.
    pub(super) to: usize,
    /// Number of rows that match the filter.
    pub(super) of: usize,
}

impl Part {
    /// The part that begins at `from` of `of` rows; the first part if there is none at `from`.
    pub(super) fn new(from: usize, of: usize) -> Self {
        let from = if from < of { from } else { 0 };
        Self { from, to: (from + ROWS).min(of), of }
    }
}
