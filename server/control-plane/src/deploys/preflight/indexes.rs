//! Unique values and indexes.

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::comparison::Comparison;
use super::{names, sql};
use crate::ports::database_catalog::TableSeen;
use crate::ports::schema_reader::{DeclaredIndex, DeclaredModel};

/// Those of a model whose table is there.
pub(super) fn compare(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let uniques = model.uniques.iter().enumerate();
    let mut found: Vec<Assumption> = uniques
        .filter_map(|(at, unique)| {
            if names::is_second_unique(model, at) {
                return Some(second(model, unique));
            }
            unique_index(all, model, seen, unique)
        })
        .collect();
    found.extend(model.indexes.iter().filter_map(|index| plain_index(all, model, seen, index)));
    found.extend(still_enforced(all, model));
    found
}

/// Those of a table that is not there: only those that cannot be made are in the way.
pub(super) fn of_new_table(model: &DeclaredModel) -> Vec<Assumption> {
    let indexes = model.uniques.iter().chain(&model.indexes);
    indexes.filter_map(|index| names::without_column(model, None, index)).collect()
}

/// A unique index that is declared twice.
fn second(model: &DeclaredModel, index: &DeclaredIndex) -> Assumption {
    let change = format!("{} declares {} twice.", model.name, index.name);
    let detail = "The server makes the first and passes over this one.";
    Assumption::certain(place(model, &index.columns), FindingClass::Ignored, change, detail)
}

fn place<'a>(model: &'a DeclaredModel, columns: &'a [String]) -> Place<'a> {
    match columns {
        [only] => Place::column(&model.table, only),
        _ => Place::table(&model.table),
    }
}

/// What becomes of an index.
enum Fate {
    /// Its name is free: it is made.
    Made,
    /// It is there.
    There,
    /// An index of that name exists already, so the server makes none.
    Taken(Assumption),
}

fn fate(all: &Comparison<'_>, model: &DeclaredModel, index: &DeclaredIndex) -> Fate {
    let name = sql::folded(&index.name);
    let Some(there) = all.live.indexes.iter().find(|seen| seen.name == name) else { return Fate::Made };
    let columns: Vec<String> = index.columns.iter().map(|column| sql::folded(column)).collect();
    let same = there.table == sql::folded(&model.table) && there.columns == columns;
    let old = all.old(&model.table);
    let alike = old.is_none_or(|old| is_declared_alike(old, index));
    let is_new = !same || old.is_some_and(|old| is_declared(old, &index.name));
    if (same && alike) || !is_new {
        return Fate::There;
    }
    let change = format!("{} declares the index {name}.", model.name);
    let detail = format!(
        "An index of this name is on {} ({}) already, so the server makes none.",
        there.table,
        there.columns.join(", ")
    );
    Fate::Taken(Assumption::certain(place(model, &index.columns), FindingClass::Ignored, change, detail))
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
    index: &DeclaredIndex,
) -> Option<Assumption> {
    match fate(all, model, index) {
        Fate::There => return None,
        Fate::Taken(assumption) => return Some(assumption),
        Fate::Made => {}
    }
    if let Some(impossible) = names::without_column(model, Some(seen), index) {
        return Some(impossible);
    }
    let (table, columns) = (model.table.as_str(), index.columns.join(", "));
    let change = format!("{} ({columns}) has to be unique.", model.name);
    let fine = "No values are double. Writes to the table wait while the index is made.";
    let applied = Assumption::certain(place(model, &index.columns), FindingClass::Locks, change, fine);
    if index.predicate.as_deref().is_some_and(|predicate| !sql::is_plain(predicate)) {
        let detail =
            "The condition of the index is not asked of the database: whether rows break it is not known.";
        return Some(applied.instead(FindingClass::BootFails, detail));
    }
    let absent = names::absent(model, seen);
    let is_null = |name: &String| {
        let name = sql::folded(name);
        absent.iter().any(|column| sql::folded(&column.name) == name && column.default.is_none())
    };
    if index.columns.iter().any(is_null) {
        let detail = "New columns are null in every row, and null is never double.";
        return Some(applied.instead(FindingClass::Applied, detail));
    }
    let rows = sql::rows_with(table, &absent);
    let question = sql::duplicates(&rows, &index.columns, index.predicate.as_deref());
    let fails = format!("Rows have the same {columns}, so the server does not start.");
    Some(applied.unless(question, FindingClass::BootFails, fails))
}

fn plain_index(
    all: &Comparison<'_>,
    model: &DeclaredModel,
    seen: &TableSeen,
    index: &DeclaredIndex,
) -> Option<Assumption> {
    match fate(all, model, index) {
        Fate::There => return None,
        Fate::Taken(assumption) => return Some(assumption),
        Fate::Made => {}
    }
    if let Some(impossible) = names::without_column(model, Some(seen), index) {
        return Some(impossible);
    }
    let change = format!("{} ({}) gets an index.", model.name, index.columns.join(", "));
    let detail = "Writes to the table wait while the index is made.";
    let place = place(model, &index.columns);
    Some(Assumption::certain(place, FindingClass::Locks, change, detail).counting(sql::rows(&model.table)))
}

/// Unique values that are not declared any more and that the database still demands.
fn still_enforced(all: &Comparison<'_>, model: &DeclaredModel) -> Vec<Assumption> {
    let Some(old) = all.old(&model.table) else { return Vec::new() };
    let there = |name: &str| all.live.indexes.iter().any(|index| index.name == sql::folded(name));
    let removed = old
        .uniques
        .iter()
        .filter(|unique| model.uniques.iter().all(|now| now.name != unique.name) && there(&unique.name));
    let detail = "The server drops nothing: the database still enforces it.";
    removed
        .map(|unique| {
            let columns = unique.columns.join(", ");
            let change = format!("{} ({columns}) need not be unique any more.", model.name);
            Assumption::certain(place(old, &unique.columns), FindingClass::Ignored, change, detail)
        })
        .collect()
}
