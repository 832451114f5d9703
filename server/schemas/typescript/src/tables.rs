//! From models to tables: names, types and conditions as the server writes them.

use control_plane::ports::schema_reader::{
    DeclaredCheck, DeclaredColumn, DeclaredForeignKey, DeclaredIndex, DeclaredModel,
};

use crate::field::{Field, Index, Kind, Model, Rule, is_identifier};
use crate::notes::Notes;

/// Columns that every table gets; a declared field of the same column is that one.
const AUTOMATIC: [(&str, &str, bool); 4] = [
    ("created_at", "timestamp with time zone", true),
    ("updated_at", "timestamp with time zone", true),
    ("deleted_at", "timestamp with time zone", false),
    ("tenant_id", "text", false),
];

/// The tables of the models that the server keeps.
pub fn of(models: Vec<Model>, notes: &mut Notes) -> Vec<DeclaredModel> {
    let (kept, dropped): (Vec<Model>, Vec<Model>) =
        models.into_iter().partition(|model| is_identifier(&model.table));
    for model in dropped {
        notes.add(
            model.line,
            format!(
                "{} has the table \"{}\", which is no plain name: the server drops it.",
                model.name, model.table
            ),
        );
    }
    kept.iter().map(|model| table(model, &kept, notes)).collect()
}

fn has_id(model: &Model) -> bool {
    model.fields.iter().any(|field| field.name == "id")
}

fn is_automatic(field: &Field) -> bool {
    AUTOMATIC.iter().any(|(name, ..)| *name == field.column())
}

fn table(model: &Model, all: &[Model], notes: &mut Notes) -> DeclaredModel {
    let declared = model.fields.iter().filter(|field| !is_automatic(field)).map(column);
    let automatic = AUTOMATIC.iter().map(|(name, sql_type, required)| DeclaredColumn {
        name: (*name).to_owned(),
        sql_type,
        required: *required,
        default: required.then(|| "NOW()".to_owned()),
        line: model.line,
    });
    if !has_id(model) {
        notes.add(
            model.line,
            format!("{} has no field id: it gets a table, and the server does not offer it.", model.name),
        );
    }
    let name = &model.table;
    let index = |prefix: &str, index: &Index| DeclaredIndex {
        name: format!("{prefix}_{name}_{}", index.columns.join("_")),
        columns: index.columns.clone(),
        predicate: index.predicate.clone(),
        line: index.line,
    };
    let free = model.checks.iter().enumerate().map(|(at, (expression, line))| DeclaredCheck {
        name: format!("chk_{name}_{}", at + 1),
        expression: expression.clone(),
        column: None,
        line: *line,
    });
    let rules =
        model.fields.iter().flat_map(|field| field.rules.iter().map(move |rule| check(name, field, *rule)));
    DeclaredModel {
        name: model.name.clone(),
        table: name.clone(),
        line: model.line,
        is_offered: has_id(model),
        columns: declared.chain(automatic).collect(),
        uniques: model.uniques.iter().map(|unique| index("uq", unique)).collect(),
        indexes: model.indexes.iter().map(|plain| index("idx", plain)).collect(),
        checks: free.chain(rules).collect(),
        foreign_keys: model.fields.iter().filter_map(|field| key(model, field, all, notes)).collect(),
    }
}

fn column(field: &Field) -> DeclaredColumn {
    let is_id = field.name == "id";
    DeclaredColumn {
        name: field.column(),
        sql_type: if is_id { "text" } else { field.kind.sql() },
        required: is_id || field.required,
        default: if is_id { Some("gen_random_uuid()::text".to_owned()) } else { field.default.clone() },
        line: field.line,
    }
}

fn check(table: &str, field: &Field, rule: Rule) -> DeclaredCheck {
    let column = field.column();
    let size =
        if field.kind == Kind::Number { column.clone() } else { format!("char_length({column}::text)") };
    let (suffix, expression) = match rule {
        Rule::Email => ("email", format!(r"{column} ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'")),
        Rule::Url => ("url", format!("{column} ~* '^https?://'")),
        Rule::Min(number) => ("min", format!("{size} >= {number}")),
        Rule::Max(number) => ("max", format!("{size} <= {number}")),
    };
    DeclaredCheck {
        name: format!("chk_{table}_{column}_{suffix}"),
        expression,
        column: Some(column),
        line: field.line,
    }
}

/// The key of a field; the server makes none to a model that the schema does not have.
fn key(model: &Model, field: &Field, all: &[Model], notes: &mut Notes) -> Option<DeclaredForeignKey> {
    let to = field.references.as_deref()?;
    let target = all.iter().filter(|other| has_id(other)).find(|other| other.name == to || other.table == to);
    let Some(target) = target else {
        notes.add(
            field.line,
            format!(
                "{}.{} points to {to}, which the schema does not have: no key is made.",
                model.name, field.name
            ),
        );
        return None;
    };
    let column = field.column();
    Some(DeclaredForeignKey {
        name: format!("fk_{}_{column}", model.table),
        column,
        target: target.table.clone(),
        line: field.line,
    })
}
