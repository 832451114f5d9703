//! Places that the server drops, or that are not understood.

use model::NotChecked;
use tree_sitter::Node;

/// Places of one file that are named.
const MOST: usize = 200;

/// The places.
#[derive(Debug, Default)]
pub struct Notes(Vec<NotChecked>);

impl Notes {
    /// A place, in a sentence.
    pub fn at(&mut self, node: Node<'_>, what: impl Into<String>) {
        self.add(crate::line(node), what);
    }

    /// A line, in a sentence.
    pub fn add(&mut self, line: u32, what: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(NotChecked { line, what: what.into() });
        }
    }

    /// All of them by line, each once.
    pub fn sorted(mut self) -> Vec<NotChecked> {
        if self.0.len() == MOST {
            self.0.push(NotChecked { line: u32::MAX, what: "There are more such places.".to_owned() });
        }
        self.0.sort_by(|a, b| (a.line, &a.what).cmp(&(b.line, &b.what)));
        self.0.dedup();
        self.0
    }
}
