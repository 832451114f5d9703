//! The builder format: `export const Name = model('table', { fields: { title: text().required() } })`.

use super::{
    Field, FieldKind, Model, Rule, Schema,
    scan::{block, entries, get, identifier, is_identifier, object, split, unquote, without_comments},
};

/// Reads every exported model; a text without one is a schema without models.
pub fn parse(text: &str) -> Schema {
    const EXPORT: &str = "export const ";
    let text = without_comments(text);
    let models = text.match_indices(EXPORT).filter_map(|(at, _)| declaration(&text[at + EXPORT.len()..]));
    Schema { models: models.collect() }
}

fn declaration(text: &str) -> Option<Model> {
    let text = text.trim_start();
    let name = identifier(text);
    let value = text[name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let (arguments, _) = block(value.strip_prefix("model")?.trim_start())?;
    let arguments = split(arguments, ',');
    let table = unquote(arguments.first()?)?;
    let options = object(arguments.get(1)?.trim())?;
    let fields = get(&options, "fields").and_then(block).map_or(vec![], |(inside, _)| entries(inside));
    let fields: Vec<_> = fields.into_iter().filter_map(|(name, builder)| field(name, builder)).collect();
    Some(Model { name: name.to_owned(), table: table.to_owned(), fields, ..Model::default() })
}

fn field(name: &str, builder: &str) -> Option<Field> {
    let calls = calls(builder);
    let ((builder, arguments), chain) = calls.split_first()?;
    let kind = kind(builder)?;
    if !is_identifier(name) {
        return None;
    }
    let mut field = Field::new(name, kind, kind == FieldKind::DateTime);
    field.rules.extend(Rule::parse(builder));
    field.references = (*builder == "relation").then(|| unquote(arguments).map(str::to_owned)).flatten();
    for (call, arguments) in chain {
        apply(&mut field, call, arguments);
    }
    Some(field)
}

fn kind(builder: &str) -> Option<FieldKind> {
    match builder {
        "text" | "email" | "url" | "select" | "relation" => Some(FieldKind::String),
        "number" => Some(FieldKind::Number),
        "boolean" => Some(FieldKind::Boolean),
        "datetime" => Some(FieldKind::DateTime),
        "json" => Some(FieldKind::Json),
        "file" => Some(FieldKind::File),
        _ => None,
    }
}

fn apply(field: &mut Field, call: &str, arguments: &str) {
    match call {
        "required" => field.required = true,
        "optional" => field.required = false,
        "min" => field.rules.extend(arguments.trim().parse().ok().map(Rule::Min)),
        "max" => field.rules.extend(arguments.trim().parse().ok().map(Rule::Max)),
        "default" => field.default = default(field.kind, arguments.trim()),
        "defaultNow" | "autoUpdate" => field.default = Some("NOW()".to_owned()),
        _ => {}
    }
}

/// The SQL of a literal that fits the column; others are dropped.
fn default(kind: FieldKind, literal: &str) -> Option<String> {
    match kind {
        FieldKind::String | FieldKind::File => {
            unquote(literal).map(|text| format!("'{}'", text.replace('\'', "''")))
        }
        FieldKind::Number => literal.parse::<i64>().ok().map(|number| number.to_string()),
        FieldKind::Boolean => matches!(literal, "true" | "false").then(|| literal.to_owned()),
        _ => None,
    }
}

/// `a(x).b(y)` as `[(a, x), (b, y)]`; stops at the first thing that is not a call.
fn calls(text: &str) -> Vec<(&str, &str)> {
    let (mut calls, mut rest) = (vec![], text.trim_start());
    loop {
        let name = identifier(rest);
        let Some((arguments, after)) = block(rest[name.len()..].trim_start()) else { return calls };
        calls.push((name, arguments));
        let Some(next) = after.trim_start().strip_prefix('.') else { return calls };
        rest = next.trim_start();
    }
}
