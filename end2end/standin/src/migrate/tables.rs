//! Tables and columns.

use crate::schema::{Field, Model};

/// The columns that every model table gets.
const AUTOMATIC: [(&str, &str); 4] = [
    ("created_at", "TIMESTAMPTZ NOT NULL DEFAULT NOW()"),
    ("updated_at", "TIMESTAMPTZ NOT NULL DEFAULT NOW()"),
    ("deleted_at", "TIMESTAMPTZ"),
    ("tenant_id", "TEXT"),
];

/// The fields that have a column of their own: a declared `createdAt` is the automatic one.
fn declared(model: &Model) -> impl Iterator<Item = &Field> {
    model.fields.iter().filter(|field| AUTOMATIC.iter().all(|(name, _)| *name != field.column()))
}

/// The whole table at once, for a database that does not have it.
pub fn create(model: &Model) -> String {
    let columns = declared(model).map(|field| format!("{} {}", field.column(), definition(field)));
    let automatic = AUTOMATIC.iter().map(|(name, definition)| format!("{name} {definition}"));
    let columns: Vec<_> = columns.chain(automatic).collect();
    format!("CREATE TABLE IF NOT EXISTS {} (\n  {}\n)", model.table, columns.join(",\n  "))
}

/// Each column by itself, for a table of an older schema.
pub fn add_columns(model: &Model) -> Vec<String> {
    let table = &model.table;
    let columns = declared(model).map(|field| match (field.required, &field.default) {
        (true, None) if field.name != "id" => add_guarded(table, field),
        _ => add(table, &field.column(), &definition(field)),
    });
    columns.chain(AUTOMATIC.iter().map(|(name, definition)| add(table, name, definition))).collect()
}

fn definition(field: &Field) -> String {
    if field.name == "id" {
        return "TEXT PRIMARY KEY DEFAULT gen_random_uuid()::text".to_owned();
    }
    let required = if field.required { " NOT NULL" } else { "" };
    let default = field.default.as_ref().map_or(String::new(), |sql| format!(" DEFAULT {sql}"));
    format!("{}{required}{default}", field.kind.sql())
}

fn add(table: &str, column: &str, definition: &str) -> String {
    format!("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {definition}")
}

/// A required column without default fits an empty table only; a populated one gets the original's words.
fn add_guarded(table: &str, field: &Field) -> String {
    let (column, definition) = (field.column(), definition(field));
    format!(
        "DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = lower('{table}') AND column_name = '{column}') THEN
    IF EXISTS (SELECT 1 FROM {table}) THEN
      RAISE EXCEPTION 'atomo: cannot add required column {table}.{column} with no default to a populated table; \
declare a .default(...) on the field, or write an explicit backfill migration before deploying this schema';
    END IF;
    ALTER TABLE {table} ADD COLUMN {column} {definition};
  END IF;
END $$"
    )
}
