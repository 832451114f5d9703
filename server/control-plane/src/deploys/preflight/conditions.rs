//! Unique values, indexes and conditions of a model whose table is there.

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::columns::live;
use super::models::Comparison;
use super::sql;
use crate::ports::database_catalog::{ConstraintKind, TableSeen};
use crate::ports::schema_reader::{DeclaredCheck, DeclaredColumn, DeclaredIndex, DeclaredModel};

pub(super) fn compare(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let mut found: Vec<Assumption> =
        model.uniques.iter().filter_map(|unique| unique_index(all, model, seen, unique)).collect();
    found.extend(model.indexes.iter().filter_map(|index| plain_index(all, model, index)));
    found.extend(model.checks.iter().filter_map(|check| condition(all, model, seen, check)));
    found.extend(still_enforced(all, model, seen));
    found
}

fn place<'a>(model: &'a DeclaredModel, columns: &'a [String]) -> Place<'a> {
    match columns {
        [only] => Place::column(&model.table, only),
        _ => Place::table(&model.table),
    }
}

fn column<'a>(model: &'a DeclaredModel, name: &str) -> Option<&'a DeclaredColumn> {
    model.columns.iter().find(|column| sql::folded(&column.name) == sql::folded(name))
}

/// What becomes of an index.
enum Index {
    /// Its name is free: it is made.
    Made,
    /// It is there.
    There,
    /// Its name is taken, so the server takes the other one for its own and makes none.
    Taken(Assumption),
}

fn index(all: &Comparison<'_>, model: &DeclaredModel, index: &DeclaredIndex) -> Index {
    let name = sql::folded(&index.name);
    let Some(there) = all.live.indexes.iter().find(|seen| seen.name == name) else { return Index::Made };
    let columns: Vec<String> = index.columns.iter().map(|column| sql::folded(column)).collect();
    let same = there.table == sql::folded(&model.table) && there.columns == columns;
    let old = all.old(&model.table);
    let alike = old.is_none_or(|old| is_declared_alike(old, index));
    let is_new = !same || old.is_some_and(|old| is_declared(old, &index.name));
    if (same && alike) || !is_new {
        return Index::There;
    }
    let change = format!("{} declares the index {name}.", model.name);
    let detail = format!(
        "An index of this name is on {} ({}) already, so the server makes none.",
        there.table,
        there.columns.join(", ")
    );
    Index::Taken(Assumption::certain(place(model, &index.columns), FindingClass::Ignored, change, detail))
}

fn is_declared(old: &DeclaredModel, name: &str) -> bool {
    old.uniques.iter().chain(&old.indexes).any(|index| index.name == name)
}

fn is_declared_alike(old: &DeclaredModel, index: &DeclaredIndex) -> bool {
    let alike = |other: &&DeclaredIndex| other.name == index.name;
    let found = old.uniques.iter().chain(&old.indexes).find(alike);
    found.is_none_or(|other| (&other.columns, &other.predicate) == (&index.columns, &index.predicate))
}

fn unique_index(
    all: &Comparison<'_>,
    model: &DeclaredModel,
    seen: &TableSeen,
    unique: &DeclaredIndex,
) -> Option<Assumption> {
    match index(all, model, unique) {
        Index::There => return None,
        Index::Taken(assumption) => return Some(assumption),
        Index::Made => {}
    }
    let columns = unique.columns.join(", ");
    let change = format!("{} ({columns}) has to be unique.", model.name);
    let fine = "No values are double. Writes to the table wait while the index is made.";
    let applied = Assumption::certain(place(model, &unique.columns), FindingClass::Locks, change, fine);
    let fails = format!("Rows have the same {columns}, so the server does not start.");
    if unique.predicate.as_deref().is_some_and(|predicate| !sql::is_plain(predicate)) {
        let detail =
            "The condition of the index is not asked of the database: whether rows break it is not known.";
        return Some(not_asked(applied, detail));
    }
    Some(match doubles(model, seen, unique) {
        Some(question) => applied.unless(question, FindingClass::BootFails, fails),
        None => applied
            .instead(FindingClass::Applied, "New columns are null in every row, and null is never double."),
    })
}

/// The question for rows that are not unique; `None` where a new column is null in every row.
fn doubles(model: &DeclaredModel, seen: &TableSeen, unique: &DeclaredIndex) -> Option<String> {
    let (old, new): (Vec<String>, Vec<String>) =
        unique.columns.iter().cloned().partition(|name| live(seen, name).is_some());
    let is_null = |name: &String| column(model, name).is_some_and(|column| column.default.is_none());
    if new.iter().any(is_null) {
        return None;
    }
    Some(match (old.as_slice(), new.as_slice()) {
        (columns, []) => sql::duplicates(&model.table, columns, unique.predicate.as_deref()),
        // every row gets the same value
        ([], _) => sql::all_but_one(&model.table),
        (columns, _) => sql::duplicates(&model.table, columns, None),
    })
}

fn plain_index(all: &Comparison<'_>, model: &DeclaredModel, plain: &DeclaredIndex) -> Option<Assumption> {
    match index(all, model, plain) {
        Index::There => return None,
        Index::Taken(assumption) => return Some(assumption),
        Index::Made => {}
    }
    let change = format!("{} ({}) gets an index.", model.name, plain.columns.join(", "));
    let detail = "Writes to the table wait while the index is made.";
    let place = place(model, &plain.columns);
    Some(Assumption::certain(place, FindingClass::Locks, change, detail).counting(sql::rows(&model.table)))
}

fn condition(
    all: &Comparison<'_>,
    model: &DeclaredModel,
    seen: &TableSeen,
    check: &DeclaredCheck,
) -> Option<Assumption> {
    let (table, name) = (model.table.as_str(), sql::folded(&check.name));
    let place = check.column.as_deref().map_or(Place::table(table), |column| Place::column(table, column));
    if seen.constraints.iter().any(|constraint| constraint.name == name) {
        let old = all.old(table)?.checks.iter().find(|old| old.name == check.name)?;
        let change = format!("{}: the condition {name} changes to {}.", model.name, check.expression);
        let detail =
            format!("The server changes no condition that is there: {} is still enforced.", old.expression);
        return (old.expression != check.expression)
            .then(|| Assumption::certain(place, FindingClass::Ignored, change, detail));
    }
    let change = format!("{}: every row has to fulfil {}.", model.name, check.expression);
    let fine = "Every row fulfils it. Nobody reads or writes the table while the rows are read.";
    let applied = Assumption::certain(place, FindingClass::Locks, change, fine);
    // conditions of validation rules are the server's own; free ones are the author's
    if check.column.is_none() && !sql::is_plain(&check.expression) {
        return Some(not_asked(
            applied,
            "The condition is not asked of the database: whether rows break it is not known.",
        ));
    }
    let fails = format!("Rows do not fulfil {}, so the server does not start.", check.expression);
    let new_column = check.column.as_deref().filter(|column| live(seen, column).is_none());
    let question = match new_column.and_then(|name| column(model, name)) {
        None => sql::rows_against(table, &check.expression),
        Some(DeclaredColumn { default: None, .. }) => {
            let detail = "The column is null in every row, and null breaks no condition.";
            return Some(applied.instead(FindingClass::Applied, detail));
        }
        Some(DeclaredColumn { name, sql_type, default: Some(default), .. }) => {
            sql::rows_against_default(table, &check.expression, (name, sql_type, default))
        }
    };
    Some(applied.unless(question, FindingClass::BootFails, fails))
}

/// What is not asked may fail.
fn not_asked(assumption: Assumption, detail: &str) -> Assumption {
    assumption.instead(FindingClass::BootFails, detail)
}

/// Rules that are not declared any more and that the database keeps.
fn still_enforced(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let Some(old) = all.old(&model.table) else { return Vec::new() };
    let detail = "The server drops nothing: the database still enforces it.";
    let ignored = |place, change: String| Assumption::certain(place, FindingClass::Ignored, change, detail);
    let there = |name: &str| all.live.indexes.iter().any(|index| index.name == sql::folded(name));
    let uniques = old
        .uniques
        .iter()
        .filter(|unique| model.uniques.iter().all(|now| now.name != unique.name) && there(&unique.name))
        .map(|unique| {
            let change =
                format!("{} ({}) need not be unique any more.", model.name, unique.columns.join(", "));
            ignored(place(old, &unique.columns), change)
        });
    let kept = |name: &str| {
        let name = sql::folded(name);
        seen.constraints.iter().any(|it| it.name == name && it.kind == ConstraintKind::Check)
    };
    let checks = old
        .checks
        .iter()
        .filter(|check| model.checks.iter().all(|now| now.name != check.name) && kept(&check.name))
        .map(|check| {
            let at = check
                .column
                .as_deref()
                .map_or(Place::table(&model.table), |column| Place::column(&model.table, column));
            ignored(at, format!("{}: the condition {} is removed.", model.name, check.expression))
        });
    uniques.chain(checks).collect()
}
