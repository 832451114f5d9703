//! Compares what was backed up with what was restored. Pure.

use std::collections::BTreeMap;

use crate::ports::database_copies::{DatabaseContents, SequenceContents, TableContents};

/// Maximum number of differences that are listed; the rest is counted.
const TOLD: usize = 100;

/// How two databases differ, as sentences; none if they are equal.
pub(super) fn differences(expected: &DatabaseContents, found: &DatabaseContents) -> Vec<String> {
    let mut differences = tables(&expected.tables, &found.tables);
    differences.extend(sequences(&expected.sequences, &found.sequences));
    differences.extend(catalog(&expected.catalog, &found.catalog));
    let more = differences.len().saturating_sub(TOLD);
    differences.truncate(TOLD);
    if more > 0 {
        differences.push(format!("and {more} more differences"));
    }
    differences
}

/// What was compared, as phrases.
pub(super) fn compared(contents: &DatabaseContents) -> Vec<String> {
    let rows: u64 = contents.tables.iter().map(|table| table.rows).sum();
    let by_content = contents.tables.iter().all(|table| table.digest.is_some());
    let how = if by_content { "by content" } else { "by their number" };
    vec![
        format!("{} tables with {rows} rows, {how}", contents.tables.len()),
        format!("{} sequences", contents.sequences.len()),
        format!("{} objects of the catalog", contents.catalog.len()),
        "the checksum of every part".to_owned(),
    ]
}

fn tables(expected: &[TableContents], found: &[TableContents]) -> Vec<String> {
    let names = |tables: &[TableContents]| -> BTreeMap<String, TableContents> {
        tables.iter().map(|table| (table.name.clone(), table.clone())).collect()
    };
    let (expected, mut found) = (names(expected), names(found));
    let mut differences = Vec::new();
    for (name, expected) in expected {
        match found.remove(&name) {
            None => differences.push(format!("the table {name} is missing")),
            Some(found) if found.rows != expected.rows => {
                differences.push(format!("{name} has {} rows instead of {}", found.rows, expected.rows));
            }
            Some(found) if expected.digest.is_some() && found.digest != expected.digest => {
                differences.push(format!("rows of {name} have another content"));
            }
            Some(_) => {}
        }
    }
    differences.extend(found.into_keys().map(|name| format!("the table {name} is there in addition")));
    differences
}

/// A sequence is no part of the snapshot: the dump may have read a later value than the one that was recorded before, never an
/// earlier one.
fn sequences(expected: &[SequenceContents], found: &[SequenceContents]) -> Vec<String> {
    let found: BTreeMap<&str, Option<i64>> =
        found.iter().map(|sequence| (sequence.name.as_str(), sequence.last_value)).collect();
    let differs = |sequence: &SequenceContents| match found.get(sequence.name.as_str()) {
        None => Some(format!("the sequence {} is missing", sequence.name)),
        Some(value) if *value == sequence.last_value => None,
        Some(value)
            if sequence.moved_to.is_some() && (sequence.last_value..=sequence.moved_to).contains(value) =>
        {
            None
        }
        Some(value) => {
            let text =
                |value: Option<i64>| value.map_or_else(|| "never used".to_owned(), |value| value.to_string());
            Some(format!(
                "the sequence {} is at {} instead of {}",
                sequence.name,
                text(*value),
                text(sequence.last_value)
            ))
        }
    };
    expected.iter().filter_map(differs).collect()
}

/// Both are sorted.
fn catalog(expected: &[String], found: &[String]) -> Vec<String> {
    let (mut expected, mut found) = (expected.iter().peekable(), found.iter().peekable());
    let mut differences = Vec::new();
    loop {
        match (expected.peek(), found.peek()) {
            (Some(line), Some(other)) if line == other => {
                expected.next();
                found.next();
            }
            (Some(line), other) if other.is_none_or(|other| line < other) => {
                differences.push(format!("missing: {line}"));
                expected.next();
            }
            (_, Some(line)) => {
                differences.push(format!("in addition: {line}"));
                found.next();
            }
            (_, None) => return differences,
        }
    }
}

#[cfg(test)]
mod tests;
