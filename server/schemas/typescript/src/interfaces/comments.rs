//! Constraints in comments.

use crate::field::{Index, Model, snake_case};
use crate::notes::Notes;

/// Reads a comment of a body. One behind a field is about that; one on a line of its own is about the next, or about the model.
pub fn read(
    comment: &str,
    (line, behind): (u32, bool),
    model: &mut Model,
    pending: &mut String,
    notes: &mut Notes,
) {
    let Some(text) = comment.strip_prefix("//").map(str::trim) else {
        if comment.contains("@unique") || comment.contains("@index") || comment.contains("@@") {
            notes.add(line, "The server reads constraints in // comments only, so it drops this one.");
        }
        return;
    };
    if text.starts_with("@@") {
        of_model(text, line, model, notes);
    } else if behind {
        if let Some(column) = model.fields.last().map(crate::field::Field::column) {
            of_field(text, column, line, model);
        }
    } else {
        text.clone_into(pending);
    }
}

/// `@unique` or `@index` of a field.
pub fn of_field(comment: &str, column: String, line: u32, model: &mut Model) {
    let index = Index { columns: vec![column], predicate: None, line };
    if comment.contains("@unique") {
        model.uniques.push(index);
    } else if comment.contains("@index") {
        model.indexes.push(index);
    }
}

fn of_model(text: &str, line: u32, model: &mut Model, notes: &mut Notes) {
    let parts = text.find('(').and_then(|at| {
        let (name, rest) = text.split_at(at);
        let end = closing(rest)?;
        Some((name.trim(), &rest[1..end], rest[end + 1..].trim()))
    });
    let Some((name, inside, after)) = parts else {
        notes.add(line, format!("{text} has no brackets that close, so the server drops it."));
        return;
    };
    match name {
        "@@unique" => {
            let predicate = after.strip_prefix("WHERE ").map(|sql| sql.trim().to_owned());
            model.uniques.push(Index { columns: columns(inside), predicate, line });
        }
        "@@index" => model.indexes.push(Index { columns: columns(inside), predicate: None, line }),
        "@@check" => model.checks.push((inside.trim().to_owned(), line)),
        other => notes.add(line, format!("The server does not know {other}, so it drops it.")),
    }
}

/// The place of the bracket that closes the first one; quotes are respected.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_u32, None);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(letter),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn columns(list: &str) -> Vec<String> {
    let names = list.trim().trim_start_matches('[').trim_end_matches(']');
    names.split(',').map(|name| snake_case(name.trim())).collect()
}
