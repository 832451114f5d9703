//! Foreign keys.

use model::FindingClass;

use super::assumption::{Assumption, Place};
use super::columns::live;
use super::comparison::Comparison;
use super::sql;
use crate::ports::database_catalog::{ConstraintKind, TableSeen};
use crate::ports::schema_reader::{DeclaredForeignKey, DeclaredModel};

/// The keys of a model whose table is there.
pub(super) fn compare(all: &Comparison<'_>, model: &DeclaredModel, seen: &TableSeen) -> Vec<Assumption> {
    let there = |name: &str| {
        let name = sql::folded(name);
        seen.constraints.iter().any(|constraint| constraint.name == name)
    };
    let missing = model.foreign_keys.iter().filter(|key| !there(&key.name));
    let mut found: Vec<Assumption> = missing.map(|key| added(all, model, seen, key)).collect();
    let old = all.old(&model.table).map(|old| old.foreign_keys.as_slice()).unwrap_or_default();
    let removed = old
        .iter()
        .filter(|key| model.foreign_keys.iter().all(|now| now.name != key.name) && there(&key.name));
    found.extend(removed.map(|key| {
        let change = format!("{}.{} need not name a row of {} any more.", model.name, key.column, key.target);
        let detail = "The server drops nothing: the database still enforces it.";
        Assumption::certain(Place::column(&model.table, &key.column), FindingClass::Ignored, change, detail)
    }));
    found
}

/// Only the other table can be in the way of a key of a table without rows.
pub(super) fn of_new_table(all: &Comparison<'_>, model: &DeclaredModel) -> Vec<Assumption> {
    let broken = model.foreign_keys.iter().filter_map(|key| {
        let detail = cannot_be_target(all, key)?;
        let place = Place::column(&model.table, &key.column);
        Some(Assumption::certain(place, FindingClass::BootFails, change(model, key), detail))
    });
    broken.collect()
}

fn change(model: &DeclaredModel, key: &DeclaredForeignKey) -> String {
    format!("{}.{} has to name a row of {}.", model.name, key.column, key.target)
}

fn added(
    all: &Comparison<'_>,
    model: &DeclaredModel,
    seen: &TableSeen,
    key: &DeclaredForeignKey,
) -> Assumption {
    let (table, place) = (model.table.as_str(), Place::column(&model.table, &key.column));
    let change = change(model, key);
    if let Some(detail) = cannot_be_target(all, key) {
        return Assumption::certain(place, FindingClass::BootFails, change, detail);
    }
    let fine = "Every value names a row. Writes to both tables wait while the rows are read.";
    let applied = Assumption::certain(place, FindingClass::Locks, change, fine);
    let Some(column) = live(seen, &key.column) else {
        return applied.instead(FindingClass::Applied, "The column is new.");
    };
    if column.sql_type != "text" {
        let detail = format!(
            "The column is {}, and ids are text: the key cannot be made, and the server does not start.",
            column.sql_type
        );
        return applied.instead(FindingClass::BootFails, detail);
    }
    let target = all.live(&key.target).filter(|target| live(target, "id").is_some());
    let question = sql::orphans(table, &key.column, target.map(|_| key.target.as_str()));
    let fails =
        format!("Values of {} name no row of {}, so the server does not start.", key.column, key.target);
    applied.unless(question, FindingClass::BootFails, fails)
}

/// Why no key can name rows of the other table.
fn cannot_be_target(all: &Comparison<'_>, key: &DeclaredForeignKey) -> Option<String> {
    let target = all.live(&key.target)?;
    let id = live(target, "id")?;
    if id.sql_type != "text" {
        return Some(format!(
            "The id of {} is {}, not text: the key cannot be made, and the server does not start.",
            key.target, id.sql_type
        ));
    }
    let unique = |kind| matches!(kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
    let by_constraint =
        target.constraints.iter().any(|constraint| unique(constraint.kind) && constraint.columns == ["id"]);
    let by_index = all
        .live
        .indexes
        .iter()
        .any(|index| index.table == target.name && index.is_unique && index.columns == ["id"]);
    (!by_constraint && !by_index).then(|| {
        format!("The id of {} is not unique in the database: the key cannot be made, and the server does not start.", key.target)
    })
}
