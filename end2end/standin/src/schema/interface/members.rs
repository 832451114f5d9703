//! The body of an interface: its members, and the constraints in its comments.

use super::super::{
    Field, FieldKind, Model, UniqueSet,
    scan::{block, is_identifier, split},
    snake_case,
};

/// Adds the members and constraints of `body` to the model.
pub fn read(body: &str, model: &mut Model) {
    let mut pending = String::new();
    for line in body.lines() {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let comment = comment.trim();
        let before = model.fields.len();
        model
            .fields
            .extend(split(code, ';').into_iter().flat_map(|part| split(part, ',')).filter_map(member));
        if comment.starts_with("@@") {
            model_constraint(model, comment);
        } else if model.fields.len() > before {
            pending.push_str(comment);
            field_constraint(model, &pending);
            pending.clear();
        } else {
            comment.clone_into(&mut pending);
        }
    }
}

fn member(text: &str) -> Option<Field> {
    let (name, kind) = text.rsplit("*/").next()?.split_once(':')?;
    let name = name.trim().trim_start_matches("readonly ").trim();
    let (name, required) = name.strip_suffix('?').map_or((name, true), |name| (name.trim(), false));
    let kind = kind.trim();
    (is_identifier(name) && !kind.contains('|')).then(|| Field::new(name, field_kind(kind), required))
}

fn field_kind(text: &str) -> FieldKind {
    match text {
        "string" | "EntityId" => FieldKind::String,
        "number" => FieldKind::Number,
        "boolean" => FieldKind::Boolean,
        "Date" => FieldKind::Date,
        "File" => FieldKind::File,
        list if list.ends_with("[]") => FieldKind::Array,
        _ => FieldKind::Json,
    }
}

fn field_constraint(model: &mut Model, comment: &str) {
    let Some(column) = model.fields.last().map(Field::column) else { return };
    if comment.contains("@unique") {
        model.uniques.push(UniqueSet { columns: vec![column], predicate: None });
    } else if comment.contains("@index") {
        model.indexes.push(vec![column]);
    }
}

fn model_constraint(model: &mut Model, comment: &str) {
    let Some((name, rest)) = comment.find('(').map(|at| comment.split_at(at)) else { return };
    let Some((inside, after)) = block(rest) else { return };
    match name.trim() {
        "@@unique" => {
            let predicate = after.trim().strip_prefix("WHERE ").map(|sql| sql.trim().to_owned());
            model.uniques.push(UniqueSet { columns: columns(inside), predicate });
        }
        "@@index" => model.indexes.push(columns(inside)),
        "@@check" => model.checks.push(inside.trim().to_owned()),
        _ => {}
    }
}

fn columns(list: &str) -> Vec<String> {
    let names = list.trim().trim_start_matches('[').trim_end_matches(']');
    names.split(',').map(|name| snake_case(name.trim())).collect()
}
