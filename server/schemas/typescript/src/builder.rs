//! The builder format: `export const Post = model('posts', { fields: { title: text().required() } })`.

use tree_sitter::Node;

use crate::field::{Field, Kind, Model, Rule, is_identifier};
use crate::notes::Notes;
use crate::object::bare;
use crate::{Source, declarations, line};

/// Every exported model.
pub fn models(source: &Source<'_>, root: Node<'_>, notes: &mut Notes) -> Vec<Model> {
    let mut models = Vec::new();
    for (declaration, exported) in declarations(root) {
        match declaration.kind() {
            "lexical_declaration" | "variable_declaration" => {
                if let Some((name, value)) = source.constant(declaration, notes) {
                    models.extend(declared(source, (name, bare(value)), exported, notes));
                }
            }
            "interface_declaration" | "class_declaration" => {
                notes.at(
                    declaration,
                    "The builder format has models of model(..) only, so the server drops this.",
                );
            }
            _ => {}
        }
    }
    models
}

fn declared(
    source: &Source<'_>,
    (name, value): (&str, Node<'_>),
    exported: bool,
    notes: &mut Notes,
) -> Option<Model> {
    let function = value.child_by_field_name("function").filter(|_| value.kind() == "call_expression")?;
    let called = source.of(function);
    if called != "model" {
        let inner = source.of(value);
        if inner.contains("model(") {
            notes.at(
                value,
                format!("{name} is made by {}, so the server finds no model in it.", first_word(called)),
            );
        }
        return None;
    }
    if !exported {
        notes.at(value, format!("{name} is not exported, so the server drops it."));
        return None;
    }
    let arguments = arguments(value);
    let table = arguments.first().and_then(|table| source.string(*table));
    let options = arguments.get(1).copied().map(bare).filter(|options| options.kind() == "object");
    let (Some(table), Some(options)) = (table, options) else {
        notes.at(
            value,
            format!("{name} has no table name as text or no object of fields, so the server drops it."),
        );
        return None;
    };
    let mut model = Model::new(name, table, line(value));
    for (key, value) in source.pairs(options, notes) {
        match key {
            "fields" => fields(source, bare(value), &mut model, notes),
            "constraints" | "indexes" | "unique" | "uniques" => {
                notes.at(value, format!("{key}: the server ignores it, so nothing of it is enforced."));
            }
            _ => {}
        }
    }
    Some(model)
}

fn fields(source: &Source<'_>, object: Node<'_>, model: &mut Model, notes: &mut Notes) {
    if object.kind() != "object" {
        notes.at(object, "The fields are no plain object, so the server finds none.");
        return;
    }
    for (name, value) in source.pairs(object, notes) {
        model.fields.extend(field(source, (name, bare(value)), notes));
    }
}

/// One call of a chain: `min(3)`.
struct Call<'a, 't> {
    name: &'a str,
    arguments: Vec<Node<'t>>,
    node: Node<'t>,
}

fn field(source: &Source<'_>, (name, value): (&str, Node<'_>), notes: &mut Notes) -> Option<Field> {
    let calls = chain(source, value);
    let Some((builder, further)) = calls.split_first() else {
        notes.at(value, format!("The server reads a field of calls only, so it drops {name}."));
        return None;
    };
    let kind = match builder.name {
        "text" | "email" | "url" | "select" | "relation" | "file" => Kind::Text,
        "number" => Kind::Number,
        "boolean" => Kind::Boolean,
        "datetime" => Kind::Time,
        "json" => Kind::Json,
        other => {
            notes.at(value, format!("The server knows no field of {other}(), so it drops {name}."));
            return None;
        }
    };
    if !is_identifier(name) {
        notes.at(value, format!("{name} is no plain name, so the server drops the field."));
        return None;
    }
    let mut field = Field::new(name, kind, kind == Kind::Time, line(value));
    field.rules.extend(Rule::parse(builder.name));
    if builder.name == "relation" {
        field.references = match builder.arguments.as_slice() {
            [to] => source.string(*to).map(str::to_owned),
            _ => None,
        };
        if field.references.is_none() {
            notes.at(
                value,
                format!("relation(..) of {name} names no model as its only text, so no key is made."),
            );
        }
    }
    for call in further {
        apply(source, &mut field, call, notes);
    }
    Some(field)
}

/// The calls of a chain, the first first.
fn chain<'a, 't>(source: &Source<'a>, value: Node<'t>) -> Vec<Call<'a, 't>> {
    let mut calls = Vec::new();
    let mut at = value;
    while at.kind() == "call_expression" {
        let Some(function) = at.child_by_field_name("function") else { break };
        let (name, inner) = match function.kind() {
            "member_expression" => {
                (function.child_by_field_name("property"), function.child_by_field_name("object"))
            }
            _ => (Some(function), None),
        };
        let Some(name) = name else { break };
        if is_special(at, function) {
            return Vec::new();
        }
        calls.push(Call { name: source.of(name), arguments: arguments(at), node: name });
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    calls.reverse();
    calls
}

/// `text<T>()` and `text()?.id()`: the server reads plain calls only.
fn is_special(call: Node<'_>, function: Node<'_>) -> bool {
    let mut cursor = function.walk();
    let optional = function.children(&mut cursor).any(|child| child.kind() == "optional_chain");
    optional || call.child_by_field_name("type_arguments").is_some()
}

fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let Some(arguments) = call.child_by_field_name("arguments") else { return Vec::new() };
    let mut cursor = arguments.walk();
    arguments.named_children(&mut cursor).filter(|node| node.kind() != "comment").collect()
}

fn apply(source: &Source<'_>, field: &mut Field, call: &Call<'_, '_>, notes: &mut Notes) {
    let argument = call.arguments.first().copied();
    let number = argument.and_then(|node| source.of(node).trim().parse::<i64>().ok());
    match call.name {
        "required" => field.required = true,
        "optional" => field.required = false,
        "id" => {}
        "min" | "max" => match number {
            Some(number) if call.name == "min" => field.rules.push(Rule::Min(number)),
            Some(number) => field.rules.push(Rule::Max(number)),
            None => {
                notes
                    .at(call.node, format!("{}(..) has no whole number, so the server drops it.", call.name));
            }
        },
        "default" => {
            field.default = argument.and_then(|node| default(source, field.kind, node));
            if field.default.is_none() {
                notes.at(call.node, "The server takes no default of this kind, so the column has none.");
            }
        }
        "defaultNow" | "autoUpdate" => field.default = Some("NOW()".to_owned()),
        "unique" | "index" => {
            notes.at(
                call.node,
                format!(".{}() of a field is ignored by the server: nothing is enforced.", call.name),
            );
        }
        other => notes.at(call.node, format!("The server does not know .{other}(), so it drops it.")),
    }
}

/// A literal that fits the column, as SQL.
fn default(source: &Source<'_>, kind: Kind, node: Node<'_>) -> Option<String> {
    let text = source.of(node).trim();
    match kind {
        Kind::Text => source.string(node).map(|text| format!("'{}'", text.replace('\'', "''"))),
        Kind::Number => text.parse::<i64>().ok().map(|number| number.to_string()),
        Kind::Boolean => matches!(text, "true" | "false").then(|| text.to_owned()),
        Kind::Time | Kind::Json | Kind::List => None,
    }
}

fn first_word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default()
}
