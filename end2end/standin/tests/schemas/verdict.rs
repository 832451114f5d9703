//! Compares a prediction with the expectation of the case, and with what happened.

use std::collections::BTreeSet;

use control_plane::ports::database_catalog::{CatalogSeen, ColumnSeen};
use model::{FindingClass, SchemaFinding};

use crate::case::Case;
use crate::observed::Observed;
use crate::predicted::Prediction;

/// Where prediction and expectation differ.
pub fn expected(case: &Case, prediction: &Prediction) -> Vec<String> {
    let mut faults = Vec::new();
    let mut predicted: Vec<String> = prediction.findings.iter().map(line).collect();
    predicted.sort();
    if predicted != case.findings {
        faults.push(format!("expected {:?}, predicted {predicted:?}", case.findings));
    }
    let lines: BTreeSet<u32> = prediction.declared.not_checked.iter().map(|place| place.line).collect();
    let expected: BTreeSet<u32> = case.not_checked.iter().copied().collect();
    if lines != expected {
        let places = &prediction.declared.not_checked;
        faults.push(format!("expected as not checked {expected:?}, reported {places:?}"));
    }
    faults
}

/// `boot_fails posts.title 2`.
fn line(finding: &SchemaFinding) -> String {
    let place = [finding.table.as_deref(), finding.column.as_deref()];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    let place = if place.is_empty() { "schema".to_owned() } else { place.join(".") };
    let rows = match &finding.evidence {
        None => String::new(),
        Some(evidence) => evidence.rows.map_or_else(|| " ?".to_owned(), |rows| format!(" {rows}")),
    };
    format!("{} {place}{rows}", finding.class)
}

/// Where prediction and reality differ.
pub fn happened(case: &Case, prediction: &Prediction, observed: &Observed) -> Vec<String> {
    let mut faults = start(case, prediction, observed);
    let changed = observed.changed();
    if observed.error.is_some() {
        if !changed.is_empty() {
            faults.push(format!("the start failed and changed {changed:?}"));
        }
        return faults;
    }
    faults.extend(changes(prediction, &changed.into_iter().collect()));
    faults.extend(untouched(prediction, observed));
    faults.extend(writes(prediction, observed));
    faults.extend(unnamed(prediction, observed));
    faults
}

/// Whether the server starts, and what it says where it does not.
fn start(case: &Case, prediction: &Prediction, observed: &Observed) -> Vec<String> {
    let has = |class| prediction.findings.iter().any(|finding| finding.class == class);
    let fails = has(FindingClass::BootFails);
    match (&observed.error, &case.message) {
        (Some(error), Some(message)) if !error.contains(message) => {
            return vec![format!("the message is {error}")];
        }
        (Some(error), None) => {
            return vec![format!("the start failed, and the case has no message: {error}")];
        }
        (None, Some(_)) => return vec!["the server started".to_owned()],
        _ => {}
    }
    let is_so = match observed.error {
        Some(_) => fails || has(FindingClass::ReservedName) || has(FindingClass::NotKnown),
        None => !fails && has(FindingClass::ReservedName) == observed.spoilt(),
    };
    if is_so {
        vec![]
    } else {
        vec![format!("whether it starts was predicted wrongly: {:?}", observed.error)]
    }
}

/// The tables that are changed are those of which a change is predicted. A finding that a table is there already predicts none.
fn changes(prediction: &Prediction, changed: &BTreeSet<String>) -> Vec<String> {
    let classes = [FindingClass::Applied, FindingClass::Locks];
    let applied = prediction.findings.iter().filter(|finding| classes.contains(&finding.class));
    let is_there = |finding: &&SchemaFinding| {
        finding.class == FindingClass::Applied && finding.column.is_none() && finding.evidence.is_some()
    };
    let tables = applied.filter(|finding| !is_there(finding)).filter_map(|finding| finding.table.as_ref());
    let tables: BTreeSet<String> = tables.map(|table| table.to_ascii_lowercase()).collect();
    let fault = || format!("changes of {tables:?} are predicted, and {changed:?} are changed");
    if tables == *changed { vec![] } else { vec![fault()] }
}

/// What is ignored or left over has to be as it was.
fn untouched(prediction: &Prediction, observed: &Observed) -> Vec<String> {
    let classes = [FindingClass::Ignored, FindingClass::LeftOver, FindingClass::BreaksWrites];
    let findings = prediction.findings.iter().filter(|finding| classes.contains(&finding.class));
    let touched = findings.filter(|finding| {
        let (Some(table), Some(name)) = (&finding.table, &finding.column) else { return false };
        let before = column(&observed.before, table, name);
        before.is_some() && before != column(&observed.after, table, name)
    });
    touched.map(|finding| format!("{} is changed", line(finding))).collect()
}

fn column<'a>(seen: &'a CatalogSeen, table: &str, name: &str) -> Option<&'a ColumnSeen> {
    let table = seen.tables.iter().find(|it| it.name == table.to_ascii_lowercase())?;
    table.columns.iter().find(|it| it.name == name.to_ascii_lowercase())
}

/// A left-over column refuses new rows if, and only if, that was predicted.
fn writes(prediction: &Prediction, observed: &Observed) -> Vec<String> {
    let breaks = prediction.findings.iter().any(|finding| finding.class == FindingClass::BreaksWrites);
    match &observed.refused {
        Some(error) if !breaks => vec![format!("the insert is refused: {error}")],
        Some(error) if !error.contains("violates not-null constraint") => {
            vec![format!("the insert is refused for another reason: {error}")]
        }
        None if breaks => vec!["the insert is accepted".to_owned()],
        _ => vec![],
    }
}

/// Declared columns that the database has otherwise after the start need a finding, unless they were declared so before.
fn unnamed(prediction: &Prediction, observed: &Observed) -> Vec<String> {
    let mut faults = Vec::new();
    for model in &prediction.declared.models {
        for declared in &model.columns {
            let Some(seen) = column(&observed.after, &model.table, &declared.name) else {
                faults.push(format!("{}.{} is missing", model.table, declared.name));
                continue;
            };
            let differs = seen.sql_type != declared.sql_type || seen.not_null != declared.required;
            let named = prediction.findings.iter().any(|finding| {
                finding.table.as_deref() == Some(&model.table)
                    && (finding.column.as_deref() == Some(&declared.name)
                        || finding.class == FindingClass::ReservedName)
            });
            if differs && !named {
                faults.push(format!("{}.{} differs without a finding", model.table, declared.name));
            }
        }
    }
    faults
}
