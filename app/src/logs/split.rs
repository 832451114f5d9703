//! Lines of a log on the wire: one JSON object a line. A network cuts where it likes, also inside a letter.

use model::LogLine;

use crate::components::Numbered;

/// Puts pieces together into lines again.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    rest: Vec<u8>,
}

impl Pieces {
    /// The lines that this piece completes. What is not a line of a log is left out.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<LogLine> {
        self.rest.extend_from_slice(piece);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, rest);
        whole.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }
}

/// Whether a line is kept already: it is older than the last one kept, or one of those of the same moment.
pub(super) fn is_known(kept: &[Numbered], line: &LogLine) -> bool {
    kept.last().is_some_and(|last| {
        let at = last.line.at;
        let of_that_moment = || kept.iter().rev().take_while(|known| known.line.at == at);
        line.at < at || (line.at == at && of_that_moment().any(|known| *known.line == *line))
    })
}

#[cfg(test)]
mod tests;
