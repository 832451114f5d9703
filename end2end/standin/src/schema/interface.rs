//! The interface format: `export interface Post { title: string }` beside `export const schema = { models: { Post: {...} } }`.
//!
//! Constraints stand in comments (`// @unique`) at a field's line, on the line before it, or, with `@@`, anywhere in the body.

mod members;

use super::{
    Model, Relationship, Rule, Schema, SchemaError, UniqueSet,
    scan::{block, get, identifier, object, unquote, without_comments},
    snake_case,
};

/// Reads every interface that the `schema` constant lists; all of them when there is no such constant.
pub fn parse(text: &str) -> Result<Schema, SchemaError> {
    const EXPORT: &str = "export interface ";
    let found = text.match_indices(EXPORT).filter_map(|(at, _)| interface(&text[at + EXPORT.len()..]));
    let mut models: Vec<_> = found.collect();
    if models.is_empty() {
        return Err(SchemaError::NoInterfaces);
    }
    let bare = without_comments(text);
    if let Some(listed) = listed_models(&bare) {
        models.retain_mut(|model| match get(&listed, &model.name).and_then(object) {
            Some(options) => {
                configure(model, &options);
                true
            }
            None => false,
        });
    }
    Ok(Schema { models })
}

fn interface(text: &str) -> Option<Model> {
    let text = text.trim_start();
    let name = identifier(text);
    if name.is_empty() || name.ends_with("Command") || name.ends_with("Input") {
        return None;
    }
    let (body, _) = block(&text[text.find('{')?..])?;
    let mut model = Model { name: name.to_owned(), table: snake_case(name) + "s", ..Model::default() };
    members::read(body, &mut model);
    if let Some(email) = model.fields.iter().find(|field| field.name == "email") {
        let unique = UniqueSet { columns: vec![email.column()], predicate: None };
        if !model.uniques.contains(&unique) {
            model.uniques.push(unique);
        }
    }
    (!model.fields.is_empty()).then_some(model)
}

fn listed_models(text: &str) -> Option<Vec<(&str, &str)>> {
    let declared = &text[text.find("export const schema")?..];
    let value = declared[declared.find('=')? + 1..].trim_start();
    get(&object(value)?, "models").and_then(object)
}

fn configure(model: &mut Model, options: &[(&str, &str)]) {
    if let Some(table) = get(options, "tableName").and_then(unquote) {
        table.clone_into(&mut model.table);
    }
    for (name, value) in get(options, "relationships").and_then(object).unwrap_or_default() {
        if let Some(relationship) = object(value).as_deref().and_then(relationship) {
            point_to(model, &relationship);
            model.relationships.insert(name.to_owned(), relationship);
        }
    }
    for (name, value) in get(options, "validation").and_then(object).unwrap_or_default() {
        if let Some(rules) = unquote(value) {
            if let Some(field) = model.fields.iter_mut().find(|field| field.name == name) {
                field.rules.extend(rules.split('|').filter_map(Rule::parse));
            }
            model.validation.insert(name.to_owned(), rules.to_owned());
        }
    }
}

fn relationship(options: &[(&str, &str)]) -> Option<Relationship> {
    let text = |key| get(options, key).and_then(unquote).map(str::to_owned);
    Some(Relationship {
        kind: text("type")?,
        model: text("model")?,
        foreign_key: text("foreignKey").unwrap_or_default(),
    })
}

fn point_to(model: &mut Model, relationship: &Relationship) {
    if relationship.kind == "belongsTo"
        && let Some(field) = model.fields.iter_mut().find(|field| field.name == relationship.foreign_key)
    {
        field.references = Some(relationship.model.clone());
    }
}
