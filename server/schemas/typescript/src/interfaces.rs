//! The interface format: `export interface Post { title: string }` beside `export const schema = { models: { Post: { .. } } }`.
//!
//! Constraints stand in comments: `// @unique` and `// @index` behind a field or on the line before it, `// @@unique([a, b]) WHERE ..`,
//! `// @@index([a])` and `// @@check(..)` anywhere in the body.

mod comments;
mod options;

use tree_sitter::Node;

use crate::field::{Field, Index, Kind, Model, is_identifier, snake_case};
use crate::notes::Notes;
use crate::{Source, declarations, line};

/// Every interface that the server finds. Those that `schema.models` does not list are marked as not kept.
pub fn models(source: &Source<'_>, root: Node<'_>, notes: &mut Notes) -> Vec<Model> {
    let (mut models, mut listed) = (Vec::new(), None);
    for (declaration, exported) in declarations(root) {
        match declaration.kind() {
            "interface_declaration" if exported => models.extend(interface(source, declaration, notes)),
            "interface_declaration" => {
                notes.at(declaration, "The interface is not exported, so the server drops it.");
            }
            "lexical_declaration" if exported => {
                let schema = source.constant(declaration, notes).filter(|(name, _)| *name == "schema");
                listed = schema.map(|(_, value)| value).or(listed);
            }
            _ => {}
        }
    }
    hidden(source, root, notes);
    if let Some(schema) = listed {
        options::apply(source, schema, &mut models, notes);
    }
    models
}

/// Interfaces that are no declarations: the server looks for their words in the text, so it may take one in a comment or a string.
fn hidden(source: &Source<'_>, root: Node<'_>, notes: &mut Notes) {
    for (at, _) in source.text.match_indices("export interface ") {
        let node = root.descendant_for_byte_range(at, at + 1);
        if let Some(node) =
            node.filter(|node| matches!(node.kind(), "comment" | "string_fragment" | "template_string"))
        {
            notes.at(
                node,
                "This is a comment or a text, and the server may take the interface in it for a model.",
            );
        }
    }
}

fn interface(source: &Source<'_>, node: Node<'_>, notes: &mut Notes) -> Option<Model> {
    let (name, body) = (node.child_by_field_name("name")?, node.child_by_field_name("body")?);
    let name = source.of(name);
    if name.ends_with("Command") || name.ends_with("Input") {
        return None; // no models by the rules of the format
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "extends_type_clause" | "extends_clause" => {
                notes.at(child, "The server does not follow extends: inherited fields get no columns.");
            }
            "type_parameters" => {
                notes.at(child, "The server knows no type parameters; such fields are custom types.");
            }
            _ => {}
        }
    }
    let table = snake_case(name) + "s";
    let mut model = Model { is_interface: true, ..Model::new(name, &table, line(node)) };
    members(source, body, &mut model, notes);
    if let Some(email) = model.fields.iter().find(|field| field.name == "email") {
        let unique = Index { columns: vec![email.column()], predicate: None, line: email.line };
        if model.uniques.iter().all(|known| known.columns != unique.columns || known.predicate.is_some()) {
            model.uniques.push(unique);
        }
    }
    (!model.fields.is_empty()).then_some(model)
}

/// The fields, and the constraints in the comments of the body.
fn members(source: &Source<'_>, body: Node<'_>, model: &mut Model, notes: &mut Notes) {
    let mut cursor = body.walk();
    let children: Vec<Node<'_>> = body.named_children(&mut cursor).collect();
    let mut last_row = None;
    let (mut pending, mut pending_row) = (String::new(), 0);
    for child in children {
        let row = child.start_position().row;
        match child.kind() {
            "comment" => {
                let behind = last_row == Some(row);
                comments::read(source.of(child), (line(child), behind), model, &mut pending, notes);
                pending_row = row;
            }
            "property_signature" => {
                if let Some(field) = property(source, child, notes) {
                    let name = field.column();
                    model.fields.push(field);
                    // only a comment on the line before is about the field
                    if pending_row + 1 == row {
                        comments::of_field(&pending, name, line(child), model);
                    }
                    last_row = Some(child.end_position().row);
                }
                pending.clear();
            }
            "ERROR" => {}
            _ => notes.at(child, "The server reads fields with a type only, so it drops this."),
        }
    }
}

fn property(source: &Source<'_>, node: Node<'_>, notes: &mut Notes) -> Option<Field> {
    let name_node = node.child_by_field_name("name")?;
    let name = source.of(name_node);
    if name_node.kind() != "property_identifier" || !is_identifier(name) {
        notes.at(node, format!("{name} is no plain name, so the server drops the field."));
        return None;
    }
    let Some(annotation) = node.child_by_field_name("type").and_then(|annotation| annotation.named_child(0))
    else {
        notes.at(node, format!("{name} has no type, so the server drops the field."));
        return None;
    };
    let written = source.of(annotation);
    if written.contains('|') {
        notes.at(
            node,
            format!(
                "{name} is a union ({}), so the server skips the field: it gets no column.",
                short(written)
            ),
        );
        return None;
    }
    let mut cursor = node.walk();
    let optional = node.children(&mut cursor).any(|child| child.kind() == "?");
    let kind = kind(written);
    doubts(node, (name, written), kind == Kind::Json && annotation.kind() != "object_type", notes);
    Some(Field::new(name, kind, !optional, line(node)))
}

/// What is declared, and may not be what is meant.
fn doubts(node: Node<'_>, (name, written): (&str, &str), is_custom: bool, notes: &mut Notes) {
    if is_custom && !matches!(written, "any" | "unknown" | "object") {
        let written = short(written);
        notes.at(
            node,
            format!(
                "{name} has the custom type {written}: its column is jsonb, and what is in it is not checked."
            ),
        );
    }
    if node.end_position().row > node.start_position().row {
        notes.at(
            node,
            format!("{name} is written on several lines; the server reads line by line and may drop it."),
        );
    }
}

fn kind(written: &str) -> Kind {
    match written {
        "string" | "EntityId" | "File" => Kind::Text,
        "number" => Kind::Number,
        "boolean" => Kind::Boolean,
        "Date" => Kind::Time,
        list if list.ends_with("[]") => Kind::List,
        _ => Kind::Json,
    }
}

/// The beginning of a text.
fn short(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() > 40 { one_line.chars().take(39).chain(['…']).collect() } else { one_line }
}
