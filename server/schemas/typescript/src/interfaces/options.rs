//! `export const schema = { models: { Post: { tableName: .., relationships: .., validation: .. } } }`.

use tree_sitter::Node;

use crate::Source;
use crate::field::{Model, Rule};
use crate::notes::Notes;
use crate::object::bare;

/// Applies the options of every listed model, and marks those that are not listed.
pub fn apply(source: &Source<'_>, schema: Node<'_>, models: &mut [Model], notes: &mut Notes) {
    let schema = bare(schema);
    if schema.kind() != "object" {
        notes.at(schema, "schema is no plain object, so the server does not know which models are listed.");
        return;
    }
    for (key, value) in source.pairs(schema, notes) {
        match key {
            "models" => listed(source, bare(value), models, notes),
            "builtins" => {
                notes.at(value, "Columns of builtins extend tables of the server, which are not compared.");
            }
            _ => {}
        }
    }
}

fn listed(source: &Source<'_>, object: Node<'_>, models: &mut [Model], notes: &mut Notes) {
    if object.kind() != "object" {
        notes.at(object, "models is no plain object, so the server does not know which models are listed.");
        return;
    }
    let listed = source.pairs(object, notes);
    for model in models {
        let found = listed.iter().find(|(name, _)| *name == model.name);
        match found.map(|(_, value)| bare(*value)) {
            Some(value) if value.kind() == "object" => options(source, value, model, notes),
            Some(value) => {
                notes.at(
                    value,
                    format!(
                        "The options of {} are no plain object, so the server drops the model.",
                        model.name
                    ),
                );
                model.is_kept = false;
            }
            None => {
                notes.add(
                    model.line,
                    format!("schema.models does not list {}, so the server drops the model.", model.name),
                );
                model.is_kept = false;
            }
        }
    }
}

fn options(source: &Source<'_>, object: Node<'_>, model: &mut Model, notes: &mut Notes) {
    for (key, value) in source.pairs(object, notes) {
        let value = bare(value);
        match key {
            "tableName" => match source.string(value) {
                Some(table) => table.clone_into(&mut model.table),
                None => notes.at(value, "tableName is no text, so the server takes the usual table."),
            },
            "relationships" if value.kind() == "object" => {
                for (_, relationship) in source.pairs(value, notes) {
                    point_to(source, bare(relationship), model, notes);
                }
            }
            "validation" if value.kind() == "object" => {
                for (name, rules) in source.pairs(value, notes) {
                    validation(source, (name, rules), model, notes);
                }
            }
            "relationships" | "validation" => {
                notes.at(value, format!("{key} is no plain object, so the server drops it."));
            }
            _ => {}
        }
    }
}

fn point_to(source: &Source<'_>, relationship: Node<'_>, model: &mut Model, notes: &mut Notes) {
    if relationship.kind() != "object" {
        return;
    }
    let mut text = |key| source.get(relationship, key, notes).and_then(|value| source.string(value));
    let (kind, target, key) = (text("type"), text("model"), text("foreignKey"));
    let (Some("belongsTo"), Some(target), Some(key)) = (kind, target, key) else { return };
    match model.fields.iter_mut().find(|field| field.name == key) {
        Some(field) => field.references = Some(target.to_owned()),
        None => notes.at(relationship, format!("{} has no field {key}, so no key is made.", model.name)),
    }
}

fn validation(source: &Source<'_>, (name, rules): (&str, Node<'_>), model: &mut Model, notes: &mut Notes) {
    let Some(text) = source.string(rules) else {
        notes.at(rules, format!("The rules of {name} are no text, so the server drops them."));
        return;
    };
    match model.fields.iter_mut().find(|field| field.name == name) {
        Some(field) => field.rules.extend(text.split('|').filter_map(Rule::parse)),
        None => notes.at(rules, format!("{} has no field {name}, so its rules are dropped.", model.name)),
    }
}
