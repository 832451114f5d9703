//! Parses the log stream: one JSON object a line. Chunks can end anywhere, also inside a UTF-8 sequence.

use model::LogLine;

use crate::components::Numbered;

/// Joins chunks into lines.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    rest: Vec<u8>,
}

impl Pieces {
    /// The lines that the chunk completes. Lines that cannot be parsed are skipped.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<LogLine> {
        self.rest.extend_from_slice(piece);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, rest);
        whole.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }
}

/// Whether the page already has the line: it is older than the last one, or equal to one of the same time.
pub(super) fn is_known(kept: &[Numbered], line: &LogLine) -> bool {
    kept.last().is_some_and(|last| {
        let at = last.line.at;
        let of_that_moment = || kept.iter().rev().take_while(|known| known.line.at == at);
        line.at < at || (line.at == at && of_that_moment().any(|known| *known.line == *line))
    })
}

#[cfg(test)]
mod tests;
