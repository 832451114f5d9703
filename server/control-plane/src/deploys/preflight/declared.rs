//! What a schema declares and a database does not have.

use super::columns::live;
use super::sql;
use crate::ports::database_catalog::{CatalogSeen, TableSeen};
use crate::ports::schema_reader::{DeclaredModel, DeclaredSchema};

/// A declared table, column, index or constraint that the database lacks, or has with another type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeclaredDifference {
    /// What it is about: `posts`, `posts.title`, `uq_posts_slug`.
    pub(crate) name: String,
    /// What differs, as a sentence.
    pub(crate) detail: String,
    /// Whether it is missing as a whole. The server adds at its start whatever is missing, and changes nothing.
    pub(crate) is_missing: bool,
}

/// The differences, in the order of the file.
pub(crate) fn differences(declared: &DeclaredSchema, live: &CatalogSeen) -> Vec<DeclaredDifference> {
    declared.models.iter().flat_map(|model| of_model(model, live)).collect()
}

fn of_model(model: &DeclaredModel, all: &CatalogSeen) -> Vec<DeclaredDifference> {
    let name = sql::folded(&model.table);
    let Some(seen) = all.tables.iter().find(|table| table.name == name) else {
        return vec![missing(name.clone(), format!("The table {name} is missing."))];
    };
    let mut found = columns(model, seen);
    let index = |name: &String| all.indexes.iter().any(|index| index.name == sql::folded(name));
    let constraint =
        |name: &String| seen.constraints.iter().any(|constraint| constraint.name == sql::folded(name));
    let indexes = model.uniques.iter().chain(&model.indexes).map(|index| &index.name);
    found.extend(
        indexes
            .filter(|name| !index(name))
            .map(|index| missing(index.clone(), format!("The index {index} is missing."))),
    );
    let keys = model.foreign_keys.iter().map(|key| &key.name);
    let constraints = model.checks.iter().map(|check| &check.name).chain(keys);
    found.extend(
        constraints
            .filter(|name| !constraint(name))
            .map(|name| missing(name.clone(), format!("The constraint {name} is missing."))),
    );
    found
}

fn columns(model: &DeclaredModel, seen: &TableSeen) -> Vec<DeclaredDifference> {
    let mut found = Vec::new();
    for column in &model.columns {
        let name = format!("{}.{}", seen.name, sql::folded(&column.name));
        match live(seen, &column.name) {
            None => found.push(missing(name.clone(), format!("The column {name} is missing."))),
            Some(there) if there.sql_type != column.sql_type => {
                let detail = format!("{name} is {}, declared as {}.", there.sql_type, column.sql_type);
                found.push(DeclaredDifference { name, detail, is_missing: false });
            }
            Some(there) if there.not_null != column.required && column.name != "id" => {
                let (is, declared) =
                    if column.required { ("nullable", "required") } else { ("NOT NULL", "optional") };
                let detail = format!("{name} is {is}, declared as {declared}.");
                found.push(DeclaredDifference { name, detail, is_missing: false });
            }
            Some(_) => {}
        }
    }
    found
}

fn missing(name: String, detail: String) -> DeclaredDifference {
    DeclaredDifference { name, detail, is_missing: true }
}
