//! Questions to a database: statements that return one number.
//!
//! Names are quoted. Conditions of a schema file are text of its author: only those of plain comparisons are asked, so that no
//! function of the project's database is called by a question.

use crate::ports::schema_reader::DeclaredColumn;

/// Words that a condition may have before a bracket: functions of Postgres without effects, and operators.
const BEFORE_BRACKET: [&str; 22] = [
    "abs",
    "all",
    "and",
    "any",
    "array_length",
    "between",
    "btrim",
    "ceil",
    "char_length",
    "coalesce",
    "floor",
    "greatest",
    "in",
    "is",
    "least",
    "length",
    "like",
    "lower",
    "not",
    "or",
    "round",
    "upper",
];
/// Words that make another statement of it.
const REFUSED: [&str; 9] =
    ["select", "from", "with", "insert", "update", "delete", "execute", "copy", "call"];

/// A name as Postgres keeps it that was written without quotes, quoted.
pub(super) fn name(written: &str) -> String {
    format!("\"{}\"", folded(written).replace('"', "\"\""))
}

/// A name as Postgres keeps it that was written without quotes: in lower case, at most 63 bytes.
pub(super) fn folded(written: &str) -> String {
    let mut folded = written.to_ascii_lowercase();
    let mut end = folded.len().min(63);
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    folded.truncate(end);
    folded
}

/// The table with its schema.
pub(super) fn table(written: &str) -> String {
    format!("public.{}", name(written))
}

/// Counts all rows.
pub(super) fn rows(of: &str) -> String {
    format!("select count(*) from {}", table(of))
}

/// Counts the rows that fulfil a condition of our own.
pub(super) fn rows_where(of: &str, condition: &str) -> String {
    format!("select count(*) from {} where {condition}", table(of))
}

/// The rows of a table as they will be: with the columns that it gets, each with its default or null.
pub(super) fn rows_with(of: &str, new: &[&DeclaredColumn]) -> String {
    if new.is_empty() {
        return table(of);
    }
    format!("{}, {}", table(of), one_row(new))
}

/// One row of these columns, each with its default or null.
pub(super) fn one_row(columns: &[&DeclaredColumn]) -> String {
    let value = |column: &&DeclaredColumn| {
        let default = column.default.as_deref().unwrap_or("null");
        format!("({default})::{} as {}", column.sql_type, name(&column.name))
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    format!("(select {}) as new", values.join(", "))
}

/// Counts the rows that break a condition. A condition that is unknown, as one about null, is not broken.
pub(super) fn rows_against(rows: &str, condition: &str) -> String {
    format!("select count(*) from {rows} where not ({condition})")
}

/// Counts the rows whose values of these columns are not unique.
pub(super) fn duplicates(rows: &str, columns: &[String], predicate: Option<&str>) -> String {
    let names: Vec<String> = columns.iter().map(|column| name(column)).collect();
    let not_null = names.iter().map(|name| format!("{name} is not null"));
    let conditions: Vec<String> =
        not_null.chain(predicate.map(|predicate| format!("({predicate})"))).collect();
    let (by, conditions) = (names.join(", "), conditions.join(" and "));
    format!(
        "select coalesce(sum(n), 0)::bigint from (select count(*) as n from {rows} where {conditions} group by {by} \
         having count(*) > 1) as twice"
    )
}

/// Counts the rows whose column names no row of the other table; without one, those that name any.
pub(super) fn orphans(of: &str, column: &str, target: Option<&str>) -> String {
    let column = name(column);
    match target {
        Some(target) => format!(
            "select count(*) from {} as own where own.{column} is not null and not exists (select from {} as other where \
             other.id = own.{column})",
            table(of),
            table(target)
        ),
        None => rows_where(of, &format!("{column} is not null")),
    }
}

/// Whether a condition of a schema file may be asked: names, literals, comparisons, and the few functions above.
pub(super) fn is_plain(condition: &str) -> bool {
    let mut rest = condition;
    let mut word = String::new();
    while let Some(first) = rest.chars().next() {
        match first {
            '\'' => {
                let Some(end) = rest[1..].find('\'') else { return false };
                if rest[1..=end].contains('\\') {
                    return false;
                }
                rest = &rest[end + 2..];
                word.clear();
                continue;
            }
            '(' if !word.is_empty() && !BEFORE_BRACKET.contains(&word.as_str()) => return false,
            ';' | '"' | '$' | '\\' | '.' | '{' | '}' | '@' | '#' | '`' | '?' => return false,
            '-' if rest.starts_with("--") => return false,
            '/' if rest.starts_with("/*") => return false,
            _ => {}
        }
        if first.is_ascii_alphanumeric() || first == '_' {
            word.push(first.to_ascii_lowercase());
        } else if !first.is_ascii() {
            return false;
        } else {
            if REFUSED.contains(&word.as_str()) {
                return false;
            }
            if !first.is_whitespace() {
                word.clear();
            } else if rest[1..].trim_start().starts_with('(') {
                // the word before the bracket counts across spaces
            } else {
                word.clear();
            }
        }
        rest = &rest[first.len_utf8()..];
    }
    !REFUSED.contains(&word.as_str())
}
