//! Unique values, indexes and conditions of a model whose table is there.

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::columns::live;
use super::models::Comparison;
use super::{names, sql};
use crate::ports::database_catalog::{ConstraintKind, TableSeen};
use crate::ports::schema_reader::{DeclaredCheck, DeclaredColumn, DeclaredIndex, DeclaredModel};

const NOT_ASKED: &str = "The condition is not asked of the database: whether rows break it is not known.";

pub(super) fn compare(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let uniques = model.uniques.iter().enumerate();
    let mut found: Vec<Assumption> = uniques
        .filter_map(|(at, unique)| {
            if names::is_second_unique(model, at) {
                return Some(second_unique(model, unique));
            }
            unique_index(all, model, seen, unique)
        })
        .collect();
    found.extend(model.indexes.iter().filter_map(|index| plain_index(all, model, seen, index)));
    let checks = model.checks.iter().enumerate();
    found.extend(checks.filter_map(|(at, check)| {
        if names::is_second_check(model, at) {
            return Some(second_check(model, check));
        }
        condition(all, model, seen, check)
    }));
    found.extend(still_enforced(all, model, seen));
    found
}

/// Indexes and conditions of a table that is not there: only those that cannot be made are in the way.
pub(super) fn of_new_table(model: &DeclaredModel) -> Vec<Assumption> {
    let indexes = model.uniques.iter().chain(&model.indexes);
    let mut found: Vec<Assumption> =
        indexes.filter_map(|index| names::without_column(model, None, index)).collect();
    let row = sql::one_row(&names::distinct(model));
    for (at, check) in model.checks.iter().enumerate() {
        if names::is_second_check(model, at) {
            found.push(second_check(model, check));
        } else if let Some(name) = &check.column {
            found.extend(pattern_of_no_text(model, check, name));
        } else {
            let change = format!("{}: every row has to fulfil {}.", model.name, check.expression);
            let fine = "The table has no rows.";
            let place = Place::table(&model.table);
            let applied = Assumption::certain(place, FindingClass::Applied, change, fine);
            let fails = "The condition cannot be evaluated, so the server does not start.";
            found.push(if sql::is_plain(&check.expression) {
                // the row is null where it has no default, so 0 is the answer of every condition that has one
                let question = sql::rows_against(&row, &check.expression);
                applied.unless(question, FindingClass::BootFails, fails)
            } else {
                not_asked(applied, NOT_ASKED)
            });
        }
    }
    found
}

/// A unique index that is declared twice.
fn second_unique(model: &DeclaredModel, index: &DeclaredIndex) -> Assumption {
    let change = format!("{} declares {} twice.", model.name, index.name);
    let detail = "The server makes the first and passes over this one.";
    Assumption::certain(place(model, &index.columns), FindingClass::Ignored, change, detail)
}

/// A rule with a pattern on a column that holds no text.
fn pattern_of_no_text(model: &DeclaredModel, check: &DeclaredCheck, name: &str) -> Option<Assumption> {
    column(model, name).filter(|column| column.sql_type != "text" && check.expression.contains(" ~"))?;
    let change = format!("{}: every row has to fulfil {}.", model.name, check.expression);
    let detail = "Only text can be compared with a pattern, so the server does not start.";
    Some(Assumption::certain(Place::column(&model.table, name), FindingClass::BootFails, change, detail))
}

/// A validation rule that is declared twice for a field.
fn second_check(model: &DeclaredModel, check: &DeclaredCheck) -> Assumption {
    let change = format!("{} declares {} twice.", model.name, check.name);
    let detail = format!("The server takes the first and passes over {}.", check.expression);
    let table = model.table.as_str();
    let place = check.column.as_deref().map_or(Place::table(table), |column| Place::column(table, column));
    Assumption::certain(place, FindingClass::Ignored, change, detail)
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

/// An index whose name is taken: the server takes it for its own and makes none. `None` where it is just that.
fn taken(all: &Comparison<'_>, model: &DeclaredModel, index: &DeclaredIndex) -> Option<Option<Assumption>> {
    let name = sql::folded(&index.name);
    let there = all.live.indexes.iter().find(|seen| seen.name == name)?;
    let columns: Vec<String> = index.columns.iter().map(|column| sql::folded(column)).collect();
    let same = there.table == sql::folded(&model.table) && there.columns == columns;
    if same && all.old(&model.table).is_none_or(|old| is_declared_alike(old, index)) {
        return Some(None);
    }
    let change = format!("{} declares the index {name}.", model.name);
    let detail = format!(
        "An index of this name is on {} ({}) already, so the server makes none.",
        there.table,
        there.columns.join(", ")
    );
    let changed = !same || all.old(&model.table).is_some_and(|old| is_declared(old, &index.name));
    Some(
        changed.then(|| {
            Assumption::certain(place(model, &index.columns), FindingClass::Ignored, change, detail)
        }),
    )
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
    if let Some(taken) = taken(all, model, index) {
        return taken;
    }
    if let Some(impossible) = names::without_column(model, Some(seen), index) {
        return Some(impossible);
    }
    let (table, columns) = (model.table.as_str(), index.columns.join(", "));
    let change = format!("{} ({columns}) has to be unique.", model.name);
    let fine = "No values are double. Writes to the table wait while the index is made.";
    let applied = Assumption::certain(place(model, &index.columns), FindingClass::Locks, change, fine);
    let fails = format!("Rows have the same {columns}, so the server does not start.");
    if index.predicate.as_deref().is_some_and(|predicate| !sql::is_plain(predicate)) {
        return Some(not_asked(
            applied,
            "The condition of the index is not asked of the database: whether rows break it is not known.",
        ));
    }
    let absent = names::absent(model, seen);
    let is_null = |name: &String| {
        let name = sql::folded(name);
        absent.iter().any(|column| sql::folded(&column.name) == name && column.default.is_none())
    };
    if index.columns.iter().any(is_null) {
        let detail = "New columns are null in every row, and null is never double.".to_owned();
        let finding = model::SchemaFinding { class: FindingClass::Applied, detail, ..applied.finding };
        return Some(Assumption { finding, ..applied });
    }
    let rows = sql::rows_with(table, &absent);
    let question = sql::duplicates(&rows, &index.columns, index.predicate.as_deref());
    Some(applied.unless(question, FindingClass::BootFails, fails))
}

fn plain_index(
    all: &Comparison<'_>,
    model: &DeclaredModel,
    seen: &TableSeen,
    index: &DeclaredIndex,
) -> Option<Assumption> {
    if let Some(taken) = taken(all, model, index) {
        return taken;
    }
    if let Some(impossible) = names::without_column(model, Some(seen), index) {
        return Some(impossible);
    }
    let change = format!("{} ({}) gets an index.", model.name, index.columns.join(", "));
    let detail = "Writes to the table wait while the index is made.";
    Some(
        Assumption::certain(place(model, &index.columns), FindingClass::Locks, change, detail)
            .counting(sql::rows(&model.table)),
    )
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
        return Some(not_asked(applied, NOT_ASKED));
    }
    let fails = format!("Rows do not fulfil {}, so the server does not start.", check.expression);
    let new_column = check.column.as_deref().filter(|column| live(seen, column).is_none());
    if new_column.and_then(|name| column(model, name)).is_some_and(|column| column.default.is_none()) {
        let detail = "The column is null in every row, and null breaks no condition.".to_owned();
        let finding = model::SchemaFinding { class: FindingClass::Applied, detail, ..applied.finding };
        return Some(Assumption { finding, otherwise: None, question: None });
    }
    let rows = sql::rows_with(table, &names::absent(model, seen));
    let question = sql::rows_against(&rows, &check.expression);
    Some(applied.unless(question, FindingClass::BootFails, fails))
}

/// What is not asked may fail.
fn not_asked(assumption: Assumption, detail: &str) -> Assumption {
    let finding = model::SchemaFinding {
        class: FindingClass::BootFails,
        detail: detail.to_owned(),
        ..assumption.finding
    };
    Assumption { finding, otherwise: None, question: None }
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
