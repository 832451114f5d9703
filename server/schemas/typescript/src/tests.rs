//! Files of both formats, and the tables that a server makes of them.

mod builder;
mod interfaces;
mod noise;

use control_plane::ports::schema_reader::{DeclaredModel, DeclaredSchema, SchemaReader as _};

use crate::TypeScriptReader;

fn read(text: &str) -> DeclaredSchema {
    TypeScriptReader.read(text)
}

/// The declared lines of a model, without the automatic columns.
fn lines(model: &DeclaredModel) -> Vec<String> {
    let automatic = ["created_at", "updated_at", "deleted_at", "tenant_id"];
    let columns =
        model.columns.iter().filter(|column| !automatic.contains(&column.name.as_str())).map(|column| {
            let required = if column.required { " not null" } else { "" };
            let default = column.default.as_ref().map(|sql| format!(" default {sql}")).unwrap_or_default();
            format!("{} {}{required}{default}", column.name, column.sql_type)
        });
    let uniques = model.uniques.iter().map(|index| {
        let predicate = index.predicate.as_ref().map(|sql| format!(" where {sql}")).unwrap_or_default();
        format!("{} ({}){predicate}", index.name, index.columns.join(", "))
    });
    let indexes = model.indexes.iter().map(|index| format!("{} ({})", index.name, index.columns.join(", ")));
    let checks = model.checks.iter().map(|check| format!("{}: {}", check.name, check.expression));
    let keys = model.foreign_keys.iter().map(|key| format!("{}: {} -> {}", key.name, key.column, key.target));
    columns.chain(uniques).chain(indexes).chain(checks).chain(keys).collect()
}

/// What was not checked, each with its line.
fn notes(schema: &DeclaredSchema) -> Vec<(u32, &str)> {
    schema.not_checked.iter().map(|note| (note.line, note.what.as_str())).collect()
}
