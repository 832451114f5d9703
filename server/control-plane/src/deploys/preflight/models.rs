//! The comparison: model by model, then what is left over.

use std::collections::BTreeSet;

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::comparison::Comparison;
use super::{columns, conditions, indexes, keys, names, sql};
use crate::ports::database_catalog::TableSeen;
use crate::ports::schema_reader::{DeclaredModel, DeclaredSchema};

/// Tables that the server itself makes at its start.
const OF_THE_SERVER: [&str; 10] = [
    "audit_log",
    "event_log",
    "jobs",
    "media",
    "model_history_coverage",
    "redirects",
    "sessions",
    "users",
    "worker_tokens",
    "workflows",
];

/// The consequences of the change, with the questions on which they depend.
pub(super) fn compare(all: &Comparison<'_>) -> Vec<Assumption> {
    let mut found = Vec::new();
    if let Some(reason) = &all.new.refused {
        let detail = format!("The server does not start: {reason}.");
        found.push(Assumption::of_schema(
            FindingClass::BootFails,
            "The file declares nothing that the server reads.",
            detail,
        ));
        return found;
    }
    if all.new.models.is_empty() {
        let detail = "The server starts and offers no model. Nothing is changed in the database.";
        found.push(Assumption::of_schema(FindingClass::LeftOver, "The file declares no model.", detail));
    }
    for model in &all.new.models {
        of_model(all, model, &mut found);
    }
    found.extend(same_table(all.new));
    found.extend(removed_models(all));
    found
}

fn of_model(all: &Comparison<'_>, model: &DeclaredModel, found: &mut Vec<Assumption>) {
    let table = model.table.as_str();
    let was = all.old(table);
    if OF_THE_SERVER.contains(&sql::folded(table).as_str()) {
        found.extend(was.is_none().then(|| of_the_server(model)));
        return;
    }
    let words = reserved_words(all, model);
    if !words.is_empty() {
        found.extend(words);
        return;
    }
    match all.live(table) {
        None => new_table(all, model, found),
        Some(seen) => {
            if let Some(detail) = cannot_be_altered(seen) {
                found.push(certain(table, FindingClass::BootFails, change_of(model, was), detail));
                return;
            }
            found.extend((was.is_none() && all.old.is_some()).then(|| known_table(model)));
            found.extend(columns::compare(all, model, seen));
            found.extend(conditions::compare(all, model, seen));
            found.extend(indexes::compare(all, model, seen));
            found.extend(keys::compare(all, model, seen));
        }
    }
    if !model.is_offered && was.is_none_or(|was| was.is_offered) {
        let detail = "It gets a table, but the server offers no model without a field id.";
        found.push(certain(
            table,
            FindingClass::Ignored,
            format!("Model {} has no field id.", model.name),
            detail,
        ));
    }
}

fn of_the_server(model: &DeclaredModel) -> Assumption {
    let change = format!("Model {} has the table {}.", model.name, model.table);
    let detail = "The server makes a table of this name for itself. Its own would not be made, and log-in or jobs would fail.";
    certain(&model.table, FindingClass::ReservedName, change, detail)
}

/// Why the server cannot add anything to a relation.
fn cannot_be_altered(seen: &TableSeen) -> Option<&'static str> {
    if !seen.is_table {
        return Some(
            "There is a view or another relation of this name, which the server cannot alter. It does not start.",
        );
    }
    (!seen.is_owned)
        .then_some("The table belongs to another role, so the server may not alter it. It does not start.")
}

fn certain(
    table: &str,
    class: FindingClass,
    change: impl Into<String>,
    detail: impl Into<String>,
) -> Assumption {
    Assumption::certain(Place::table(table), class, change, detail)
}

fn change_of(model: &DeclaredModel, was: Option<&DeclaredModel>) -> String {
    let verb = if was.is_some() { "is declared" } else { "is added" };
    format!("Model {} {verb}.", model.name)
}

/// Its keys to other tables are checked with the table: it has no rows.
fn new_table(all: &Comparison<'_>, model: &DeclaredModel, found: &mut Vec<Assumption>) {
    let missing = all.old(&model.table).is_some();
    let change = if missing {
        format!("The table of model {} is missing.", model.name)
    } else {
        format!("Model {} is added.", model.name)
    };
    let mut broken = keys::of_new_table(all, model);
    broken.extend(names::columns_twice(model));
    if broken.is_empty() {
        found.push(certain(&model.table, FindingClass::Applied, change, "The table is made, empty."));
        found.extend(indexes::of_new_table(model).into_iter().chain(conditions::of_new_table(model)));
    }
    found.extend(broken);
}

/// A table that the file that runs does not declare, but that is there.
fn known_table(model: &DeclaredModel) -> Assumption {
    let detail =
        "A table of this name is there already. It keeps its rows, and gets the columns that it lacks.";
    certain(&model.table, FindingClass::Applied, format!("Model {} is added.", model.name), detail)
        .counting(sql::rows(&model.table))
}

/// Names that the server writes without quotes, and that SQL does not take so.
fn reserved_words(all: &Comparison<'_>, model: &DeclaredModel) -> Vec<Assumption> {
    let detail =
        "The server writes it without quotes, and SQL does not take this word as a name. It does not start.";
    let mut found = Vec::new();
    if all.is_reserved_word(&model.table) {
        let change = format!("Model {} has the table {}.", model.name, model.table);
        found.push(certain(&model.table, FindingClass::ReservedName, change, detail));
    }
    for column in model.columns.iter().filter(|column| all.is_reserved_word(&column.name)) {
        let place = Place::column(&model.table, &column.name);
        let change = format!("{} has a field {}.", model.name, column.name);
        found.push(Assumption::certain(place, FindingClass::ReservedName, change, detail));
    }
    found
}

/// Models that share a table.
fn same_table(new: &DeclaredSchema) -> Vec<Assumption> {
    let mut known = BTreeSet::new();
    let twice = new.models.iter().filter(|model| !known.insert(sql::folded(&model.table)));
    let detail = "Another model has the same table. The server makes one table with the columns of both.";
    twice
        .map(|model| {
            certain(
                &model.table,
                FindingClass::Ignored,
                format!("Model {} shares its table.", model.name),
                detail,
            )
        })
        .collect()
}

/// Tables of models that are not declared any more.
fn removed_models(all: &Comparison<'_>) -> Vec<Assumption> {
    let declared: BTreeSet<String> = all.new.models.iter().map(|model| sql::folded(&model.table)).collect();
    let old = all.old.map(|old| old.models.as_slice()).unwrap_or_default();
    let removed = old.iter().filter(|model| !declared.contains(&sql::folded(&model.table)));
    let there = removed.filter(|model| all.live(&model.table).is_some_and(|seen| seen.is_table));
    let detail = "The table stays with its rows; nothing reads or writes it any more. Drop it by hand when that is certain.";
    there
        .map(|model| {
            let change = format!("Model {} is removed.", model.name);
            certain(&model.table, FindingClass::LeftOver, change, detail).counting(sql::rows(&model.table))
        })
        .collect()
}
