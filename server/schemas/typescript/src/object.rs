//! Object literals and string literals.

use tree_sitter::Node;

use crate::Source;
use crate::notes::Notes;

impl<'a> Source<'a> {
    /// Keys and values of an object; what has no plain key is named.
    pub fn pairs<'t>(&self, object: Node<'t>, notes: &mut Notes) -> Vec<(&'a str, Node<'t>)> {
        let mut cursor = object.walk();
        let mut pairs = Vec::new();
        for child in object.named_children(&mut cursor) {
            let key = child.child_by_field_name("key").filter(|_| child.kind() == "pair");
            let key = key.and_then(|key| match key.kind() {
                "property_identifier" => Some(self.of(key)),
                "string" => self.string(key),
                _ => None,
            });
            match (key, child.child_by_field_name("value")) {
                (Some(key), Some(value)) => pairs.push((key, value)),
                _ if matches!(child.kind(), "comment" | "ERROR") => {}
                _ => notes.at(child, "The server reads plain keys with a value only, so it drops this."),
            }
        }
        pairs
    }

    /// The value of a key.
    pub fn get<'t>(&self, object: Node<'t>, key: &str, notes: &mut Notes) -> Option<Node<'t>> {
        let pairs = self.pairs(object, notes);
        pairs.into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The text of a string literal, as it is written between its quotes.
    pub fn string(&self, node: Node<'_>) -> Option<&'a str> {
        let plain = node.kind() == "string"
            || (node.kind() == "template_string"
                && node.named_child_count() <= 1
                && !self.of(node).contains("${"));
        let text = self.of(node);
        plain.then(|| text.get(1..text.len().saturating_sub(1))).flatten()
    }
}

/// What an expression is about, without `as const`, `satisfies ..` and `!`.
pub fn bare(mut node: Node<'_>) -> Node<'_> {
    while matches!(node.kind(), "as_expression" | "satisfies_expression" | "non_null_expression") {
        let Some(inner) = node.named_child(0) else { return node };
        node = inner;
    }
    node
}
