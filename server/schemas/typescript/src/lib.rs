//! Reads schema files on a TypeScript syntax tree, and says which database a server makes of them.
//!
//! The server itself has no TypeScript parser: it picks the constructs that it knows out of the text and drops the rest without a word.
//! This reader looks at the whole file. What the server drops, and what is not understood here, it names.

mod builder;
mod field;
mod interfaces;
mod notes;
mod object;
mod tables;
#[cfg(test)]
mod tests;

use control_plane::ports::schema_reader::{DeclaredSchema, SchemaFormat, SchemaReader};
use tree_sitter::{Node, Parser};

use crate::field::Model;
use crate::notes::Notes;

/// The reader.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypeScriptReader;

/// Brackets within brackets beyond which a file is not read: the tree of a schema has some ten.
const DEEPEST: usize = 200;

impl SchemaReader for TypeScriptReader {
    fn read(&self, text: &str) -> DeclaredSchema {
        let format = format_of(text);
        let mut notes = Notes::default();
        if depth(text) > DEEPEST {
            notes.add(1, "The file has brackets more than 200 deep, so none of it was examined.");
            let (models, not_checked) = (Vec::new(), notes.sorted());
            return DeclaredSchema { format, models, refused: None, not_checked };
        }
        let mut models = parsed(text, format, &mut notes);
        let refused = (format == SchemaFormat::Interfaces && !models.iter().any(|model| model.is_interface))
            .then(|| "No valid interfaces found in schema".to_owned());
        models.retain(|model| model.is_kept);
        DeclaredSchema {
            format,
            models: tables::of(models, &mut notes),
            refused,
            not_checked: notes.sorted(),
        }
    }
}

/// As the server tells the formats apart: by a piece of text, wherever it stands.
fn format_of(text: &str) -> SchemaFormat {
    let packages = ["'@atomo/schema'", "\"@atomo/schema\"", "'@atomo-cc/schema'", "\"@atomo-cc/schema\""];
    let imports = packages.iter().any(|package| text.contains(&format!("from {package}")));
    if imports { SchemaFormat::Builder } else { SchemaFormat::Interfaces }
}

/// The deepest bracket; strings and comments count too, which is no harm.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn parsed(text: &str, format: SchemaFormat, notes: &mut Notes) -> Vec<Model> {
    let mut parser = Parser::new();
    let language = tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into();
    let tree = if parser.set_language(&language).is_ok() { parser.parse(text, None) } else { None };
    let Some(tree) = tree else {
        notes.add(1, "The file could not be parsed, so none of it was examined.");
        return Vec::new();
    };
    let root = tree.root_node();
    syntax_errors(root, notes);
    let source = Source { text };
    match format {
        SchemaFormat::Interfaces => interfaces::models(&source, root, notes),
        SchemaFormat::Builder => builder::models(&source, root, notes),
    }
}

/// Names the first places at which the file is not TypeScript.
fn syntax_errors(root: Node<'_>, notes: &mut Notes) {
    const SHOWN: usize = 5;
    let mut shown = 0;
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            notes.at(
                node,
                "This is not TypeScript. What stands around it may be understood otherwise by the server.",
            );
            shown += 1;
        }
        let below = node.has_error() && !node.is_error();
        if shown == SHOWN || !((below && cursor.goto_first_child()) || next(&mut cursor)) {
            return;
        }
    }
}

/// The next node that is not below this one.
fn next(cursor: &mut tree_sitter::TreeCursor<'_>) -> bool {
    loop {
        if cursor.goto_next_sibling() {
            return true;
        }
        if !cursor.goto_parent() {
            return false;
        }
    }
}

/// The declarations of the file, with whether each is exported.
fn declarations(root: Node<'_>) -> Vec<(Node<'_>, bool)> {
    let mut cursor = root.walk();
    let mut found = Vec::new();
    for node in root.named_children(&mut cursor) {
        match node.kind() {
            "export_statement" => {
                found.extend(node.child_by_field_name("declaration").map(|inner| (inner, true)));
            }
            _ => found.push((node, false)),
        }
    }
    found
}

/// The text that nodes are places of.
struct Source<'a> {
    text: &'a str,
}

impl<'a> Source<'a> {
    /// The text of a node.
    fn of(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Name and value of a declaration, as the server reads it: `const`, without a type, and one only.
    fn constant<'t>(&self, declaration: Node<'t>, notes: &mut Notes) -> Option<(&'a str, Node<'t>)> {
        let mut cursor = declaration.walk();
        let mut declarators =
            declaration.named_children(&mut cursor).filter(|node| node.kind() == "variable_declarator");
        let first = declarators.next()?;
        if let Some(second) = declarators.next() {
            notes.at(second, "The server reads the first name of a declaration only, so it drops this.");
        }
        let is_model = self.of(declaration).contains("model(");
        if is_model
            && (!self.of(declaration).starts_with("const ") || first.child_by_field_name("type").is_some())
        {
            notes.at(
                declaration,
                "The server reads export const NAME = model(..) without a type only, so it drops this.",
            );
            return None;
        }
        Some((self.of(first.child_by_field_name("name")?), first.child_by_field_name("value")?))
    }
}

/// The line of a node, from 1.
fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1)
}
