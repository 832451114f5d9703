//! Names that are declared twice, and columns that an index names and that nothing declares.

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::sql;
use crate::ports::database_catalog::TableSeen;
use crate::ports::schema_reader::{DeclaredColumn, DeclaredIndex, DeclaredModel};

/// The columns of the model that the table does not have yet.
pub(super) fn absent<'a>(model: &'a DeclaredModel, seen: &TableSeen) -> Vec<&'a DeclaredColumn> {
    let is_there = |column: &DeclaredColumn| {
        let name = sql::folded(&column.name);
        seen.columns.iter().any(|there| there.name == name)
    };
    distinct(model).into_iter().filter(|column| !is_there(column)).collect()
}

/// The columns of the model; of fields that become one column the first.
pub(super) fn distinct(model: &DeclaredModel) -> Vec<&DeclaredColumn> {
    let all = model.columns.iter().enumerate();
    all.filter(|(at, column)| !is_repeated(&model.columns[..*at], column)).map(|(_, column)| column).collect()
}

fn is_repeated(earlier: &[DeclaredColumn], column: &DeclaredColumn) -> bool {
    earlier.iter().any(|other| sql::folded(&other.name) == sql::folded(&column.name))
}

/// Fields that become one column: no table can be made of them.
pub(super) fn columns_twice(model: &DeclaredModel) -> Vec<Assumption> {
    let all = model.columns.iter().enumerate();
    let twice = all.filter(|(at, column)| is_repeated(&model.columns[..*at], column));
    let detail = "Two fields become this column, so the table cannot be made. The server does not start.";
    twice
        .map(|(_, column)| {
            let change = format!("{} declares {} twice.", model.name, column.name);
            let place = Place::column(&model.table, &column.name);
            Assumption::certain(place, FindingClass::BootFails, change, detail)
        })
        .collect()
}

/// The first column of an index that neither the table has nor the model declares: the index cannot be made.
pub(super) fn without_column(
    model: &DeclaredModel,
    seen: Option<&TableSeen>,
    index: &DeclaredIndex,
) -> Option<Assumption> {
    let is_there = |name: &str| {
        let name = sql::folded(name);
        model.columns.iter().any(|column| sql::folded(&column.name) == name)
            || seen.is_some_and(|seen| seen.columns.iter().any(|column| column.name == name))
    };
    let missing = index.columns.iter().find(|column| !is_there(column))?;
    let change = format!("{} declares the index {}.", model.name, index.name);
    let detail =
        format!("There is no column {missing}, so the index cannot be made. The server does not start.");
    Some(Assumption::certain(Place::column(&model.table, missing), FindingClass::BootFails, change, detail))
}

/// Whether an earlier check of the model has the name, so that the server passes over this one.
pub(super) fn is_second_check(model: &DeclaredModel, at: usize) -> bool {
    let name = sql::folded(&model.checks[at].name);
    model.checks[..at].iter().any(|other| sql::folded(&other.name) == name)
}

/// Whether an earlier unique index of the model has the name and another condition, so that the server passes over this one.
pub(super) fn is_second_unique(model: &DeclaredModel, at: usize) -> bool {
    let name = sql::folded(&model.uniques[at].name);
    model.uniques[..at].iter().any(|other| sql::folded(&other.name) == name)
}
