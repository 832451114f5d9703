//! Conditions that every row fulfils.

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::columns::live;
use super::comparison::Comparison;
use super::{names, sql};
use crate::ports::database_catalog::{ConstraintKind, TableSeen};
use crate::ports::schema_reader::{DeclaredCheck, DeclaredColumn, DeclaredModel};

const NOT_ASKED: &str = "The condition is not asked of the database: whether rows break it is not known.";

/// Those of a model whose table is there.
pub(super) fn compare(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let checks = model.checks.iter().enumerate();
    let mut found: Vec<Assumption> = checks
        .filter_map(|(at, check)| {
            if names::is_second_check(model, at) {
                return Some(second_check(model, check));
            }
            condition(all, model, seen, check)
        })
        .collect();
    found.extend(still_enforced(all, model, seen));
    found
}

/// Those of a table that is not there: only those that cannot be made are in the way.
pub(super) fn of_new_table(model: &DeclaredModel) -> Vec<Assumption> {
    let mut found = Vec::new();
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
                applied.instead(FindingClass::NotKnown, NOT_ASKED)
            });
        }
    }
    found
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

fn column<'a>(model: &'a DeclaredModel, name: &str) -> Option<&'a DeclaredColumn> {
    model.columns.iter().find(|column| sql::folded(&column.name) == sql::folded(name))
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
    let fine = "Every row fulfils it. Reads and writes of the table wait while the rows are read.";
    let applied = Assumption::certain(place, FindingClass::Locks, change, fine);
    // conditions of validation rules are the server's own; free ones are the author's
    if check.column.is_none() && !sql::is_plain(&check.expression) {
        return Some(applied.instead(FindingClass::NotKnown, NOT_ASKED));
    }
    let fails = format!("Rows do not fulfil {}, so the server does not start.", check.expression);
    let new_column = check.column.as_deref().filter(|column| live(seen, column).is_none());
    if new_column.and_then(|name| column(model, name)).is_some_and(|column| column.default.is_none()) {
        let detail = "The column is null in every row, and null breaks no condition.";
        return Some(applied.instead(FindingClass::Applied, detail));
    }
    let rows = sql::rows_with(table, &names::absent(model, seen));
    let question = sql::rows_against(&rows, &check.expression);
    Some(applied.unless(question, FindingClass::BootFails, fails))
}

/// Conditions that are not declared any more and that the database keeps.
fn still_enforced(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let Some(old) = all.old(&model.table) else { return Vec::new() };
    let kept = |name: &str| {
        let name = sql::folded(name);
        seen.constraints.iter().any(|it| it.name == name && it.kind == ConstraintKind::Check)
    };
    let removed = old
        .checks
        .iter()
        .filter(|check| model.checks.iter().all(|now| now.name != check.name) && kept(&check.name));
    let detail = "The server drops nothing: the database still enforces it.";
    removed
        .map(|check| {
            let table = Place::table(&model.table);
            let at = check.column.as_deref().map_or(table, |column| Place::column(&model.table, column));
            let change = format!("{}: the condition {} is removed.", model.name, check.expression);
            Assumption::certain(at, FindingClass::Ignored, change, detail)
        })
        .collect()
}
