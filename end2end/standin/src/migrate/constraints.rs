//! Unique sets, indexes, checks and foreign keys, each under the name that makes a second run a no-op.

use crate::schema::{Field, FieldKind, Model, Rule, Schema};

/// Everything but the foreign keys.
pub fn of_model(model: &Model) -> Vec<String> {
    let table = &model.table;
    let uniques = model.uniques.iter().map(|unique| {
        let predicate = unique.predicate.as_ref().map_or(String::new(), |sql| format!(" WHERE {sql}"));
        let name = format!("uq_{table}_{}", unique.columns.join("_"));
        let columns = unique.columns.join(", ");
        format!("CREATE UNIQUE INDEX IF NOT EXISTS {name} ON {table} ({columns}){predicate}")
    });
    let indexes = model.indexes.iter().map(|columns| {
        let name = format!("idx_{table}_{}", columns.join("_"));
        format!("CREATE INDEX IF NOT EXISTS {name} ON {table} ({})", columns.join(", "))
    });
    let checks = model.checks.iter().enumerate();
    let checks = checks
        .map(|(at, sql)| constraint(table, &format!("chk_{table}_{}", at + 1), &format!("CHECK ({sql})")));
    let rules = model.fields.iter().flat_map(|field| field.rules.iter().map(move |rule| (field, *rule)));
    let rules = rules.map(|(field, rule)| {
        let (suffix, sql) = rule_sql(field, rule);
        constraint(table, &format!("chk_{table}_{}_{suffix}", field.column()), &format!("CHECK ({sql})"))
    });
    uniques.chain(indexes).chain(checks).chain(rules).collect()
}

/// The foreign keys; one to a model that the schema does not have is dropped.
pub fn foreign_keys(model: &Model, schema: &Schema) -> Vec<String> {
    let keys =
        model.fields.iter().filter_map(|field| Some((field, schema.table_of(field.references.as_deref()?)?)));
    keys.map(|(field, target)| {
        let (table, column) = (&model.table, field.column());
        constraint(
            table,
            &format!("fk_{table}_{column}"),
            &format!("FOREIGN KEY ({column}) REFERENCES {target}(id)"),
        )
    })
    .collect()
}

fn rule_sql(field: &Field, rule: Rule) -> (&'static str, String) {
    let column = field.column();
    let size =
        if field.kind == FieldKind::Number { column.clone() } else { format!("char_length({column}::text)") };
    match rule {
        Rule::Email => ("email", format!(r"{column} ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'")),
        Rule::Url => ("url", format!("{column} ~* '^https?://'")),
        Rule::Min(n) => ("min", format!("{size} >= {n}")),
        Rule::Max(n) => ("max", format!("{size} <= {n}")),
    }
}

/// Postgres has no `ADD CONSTRAINT IF NOT EXISTS`.
fn constraint(table: &str, name: &str, definition: &str) -> String {
    format!(
        "DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}'::name AND conrelid = '{table}'::regclass) THEN
    ALTER TABLE {table} ADD CONSTRAINT {name} {definition};
  END IF;
END $$"
    )
}
