//! The columns of a model whose table is there.

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::comparison::Comparison;
use super::{names, sql};
use crate::ports::database_catalog::{ColumnSeen, ConstraintKind, TableSeen};
use crate::ports::schema_reader::{DeclaredColumn, DeclaredModel};

/// Columns that every table of a server has.
const AUTOMATIC: [&str; 4] = ["created_at", "updated_at", "deleted_at", "tenant_id"];

pub(super) fn compare(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let old = all.old(&model.table);
    let mut found = Vec::new();
    for column in names::distinct(model) {
        let was = old.and_then(|old| of(&old.columns, &column.name));
        match live(seen, &column.name) {
            None => found.push(added(model, column, seen)),
            Some(there) => found.extend(kept(model, column, was, there)),
        }
    }
    found.extend(left_over(model, old, seen));
    found
}

fn of<'a>(columns: &'a [DeclaredColumn], name: &str) -> Option<&'a DeclaredColumn> {
    columns.iter().find(|column| sql::folded(&column.name) == sql::folded(name))
}

/// The column as it is now.
pub(super) fn live<'a>(seen: &'a TableSeen, name: &str) -> Option<&'a ColumnSeen> {
    let name = sql::folded(name);
    seen.columns.iter().find(|column| column.name == name)
}

fn added(model: &DeclaredModel, column: &DeclaredColumn, seen: &TableSeen) -> Assumption {
    let (table, name) = (model.table.as_str(), column.name.as_str());
    let place = Place::column(table, name);
    let change = format!("{}.{name} is added.", model.name);
    if name == "id" {
        let keyed = seen.constraints.iter().any(|constraint| constraint.kind == ConstraintKind::PrimaryKey);
        let (class, detail) = if keyed {
            (
                FindingClass::BootFails,
                "The table has another primary key, and takes no second one. The server does not start.",
            )
        } else {
            (
                FindingClass::Locks,
                "Every row gets an id: Postgres rewrites the table, and reads and writes of it wait meanwhile.",
            )
        };
        return Assumption::certain(place, class, change, detail).counting(sql::rows(table));
    }
    match (column.required, &column.default) {
        (true, None) => {
            let detail = "It is required and has no default. The table has rows, so the server does not start: declare a default, or \
                          make the field optional.";
            let fine = "It is added; the table has no rows.";
            Assumption::certain(place, FindingClass::Applied, change, fine).unless(
                sql::rows(table),
                FindingClass::BootFails,
                detail,
            )
        }
        (_, Some(default)) => {
            let detail = format!("It is added at once; every row reads {default} until it is changed.");
            Assumption::certain(place, FindingClass::Applied, change, detail).counting(sql::rows(table))
        }
        (false, None) => {
            let detail = "It is added at once; every row reads null until it is changed.";
            Assumption::certain(place, FindingClass::Applied, change, detail).counting(sql::rows(table))
        }
    }
}

/// A column that is there: the server changes neither type nor nullability nor default.
fn kept(
    model: &DeclaredModel,
    column: &DeclaredColumn,
    was: Option<&DeclaredColumn>,
    there: &ColumnSeen,
) -> Vec<Assumption> {
    let (table, name) = (model.table.as_str(), column.name.as_str());
    let place = Place::column(table, name);
    let is_new = |same: bool| was.is_none() || !same;
    let mut found = Vec::new();
    if there.sql_type != column.sql_type && is_new(was.is_some_and(|was| was.sql_type == column.sql_type)) {
        let change = format!("{}.{name} changes its type to {}.", model.name, column.sql_type);
        let detail = format!(
            "The server changes no types: the column stays {}. Add a new field and copy the values.",
            there.sql_type
        );
        found.push(
            Assumption::certain(place, FindingClass::Ignored, change, detail).counting(sql::rows(table)),
        );
    }
    if column.required && !there.not_null && is_new(was.is_some_and(|was| was.required)) {
        let change = format!("{}.{name} becomes required.", model.name);
        let detail = "The column stays nullable; rows without a value stay as they are.";
        let nulls = sql::rows_where(table, &format!("{} is null", sql::name(name)));
        found.push(Assumption::certain(place, FindingClass::Ignored, change, detail).counting(nulls));
    }
    if !column.required && there.not_null && !there.fills_itself && name != "id" {
        let change = format!("{}.{name} is optional.", model.name);
        let detail = "The column stays NOT NULL without a default: every new row without a value is refused. Free it with DROP NOT NULL.";
        found.push(
            Assumption::certain(place, FindingClass::BreaksWrites, change, detail).counting(sql::rows(table)),
        );
    }
    let default_changed = was.is_some_and(|was| was.default != column.default);
    if default_changed && !AUTOMATIC.contains(&name) {
        let change = format!("{}.{name} gets another default.", model.name);
        let detail =
            "The server changes no default of a column that is there: new rows read the former one, or none.";
        found.push(Assumption::certain(place, FindingClass::Ignored, change, detail));
    }
    found
}

/// Columns that the new schema does not declare.
fn left_over(model: &DeclaredModel, old: Option<&DeclaredModel>, seen: &TableSeen) -> Vec<Assumption> {
    let declared = |name: &str| of(&model.columns, name).is_some() || AUTOMATIC.contains(&name);
    let mut found = Vec::new();
    for column in seen.columns.iter().filter(|column| !declared(&column.name)) {
        let was = old.and_then(|old| of(&old.columns, &column.name));
        let refuses = column.not_null && !column.fills_itself;
        if was.is_none() && !refuses {
            continue; // it was left over before
        }
        let (table, name) = (model.table.as_str(), column.name.as_str());
        let place = Place::column(table, name);
        let verb = if was.is_some() { "is removed" } else { "is not declared" };
        let change = format!("{}.{name} {verb}.", model.name);
        let renamed = was.and_then(|was| renamed(model, seen, was));
        let (class, detail) = if refuses {
            let detail = format!(
                "The column stays and needs a value that the server does not give: it starts, and every new row of {table} is \
                 refused. Free it with DROP NOT NULL.{}",
                renamed.unwrap_or_default()
            );
            (FindingClass::BreaksWrites, detail)
        } else {
            let detail = format!(
                "The column stays with its values; nothing reads or writes them any more.{}",
                renamed.unwrap_or_default()
            );
            (FindingClass::LeftOver, detail)
        };
        let filled = sql::rows_where(table, &format!("{} is not null", sql::name(name)));
        found.push(Assumption::certain(place, class, change, detail).counting(filled));
    }
    found
}

/// A note where exactly one column of the same type is added: that may be meant as a new name.
fn renamed(model: &DeclaredModel, seen: &TableSeen, was: &DeclaredColumn) -> Option<String> {
    let added = model.columns.iter().filter(|column| live(seen, &column.name).is_none());
    let alike: Vec<_> = added.filter(|column| column.sql_type == was.sql_type).collect();
    let [only] = alike.as_slice() else { return None };
    Some(format!(" If {} is meant to be its new name: the server moves no values.", only.name))
}
