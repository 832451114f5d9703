//! Lines of a log on the wire: one JSON object a line. A network cuts where it likes, also inside a letter.

use model::LogLine;

/// One line, with its line end.
#[cfg(any(feature = "ssr", test))]
pub(super) fn encode(line: &LogLine) -> String {
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    text
}

/// Puts pieces together into lines again.
#[cfg(any(feature = "hydrate", test))]
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: Vec<u8>,
}

#[cfg(any(feature = "hydrate", test))]
impl Lines {
    /// The lines that this piece completes. What is not a line of a log is left out.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<LogLine> {
        self.rest.extend_from_slice(piece);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, rest);
        whole.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }
}

/// Whether a line stands on the page already: it is older than the last one there, or one of those of the same moment.
#[cfg(any(feature = "hydrate", test))]
pub(super) fn is_known(shown: &[LogLine], line: &LogLine) -> bool {
    shown.last().is_some_and(|last| {
        let of_that_moment = || shown.iter().rev().take_while(|known| known.at == last.at);
        line.at < last.at || (line.at == last.at && of_that_moment().any(|known| known == line))
    })
}

#[cfg(test)]
mod tests;
