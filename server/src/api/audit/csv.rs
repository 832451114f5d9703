//! Events as comma-separated values: RFC 4180, UTF-8, with a header row, every cell in quotes. A cell that begins with `=`, `+`,
//! `-`, `@`, a tab, a carriage return or a line feed is preceded by an apostrophe, because a spreadsheet would evaluate it as a
//! formula, and events contain text of users: <https://owasp.org/www-community/attacks/CSV_Injection>.

use model::ProjectEvent;
use time::format_description::well_known::Rfc3339;

/// The header row.
pub const HEADER: &str = "id,at,project,actor,action,sentence,detail\r\n";

/// Appends the line of an event. An absent value is an empty cell.
pub fn append(text: &mut String, event: &ProjectEvent) {
    let ProjectEvent { id, project_id, action, sentence, actor, detail, at } = event;
    let cells = [
        id.to_string(),
        at.format(&Rfc3339).unwrap_or_default(),
        project_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        actor.as_ref().map(ToString::to_string).unwrap_or_default(),
        action.clone(),
        sentence.clone(),
        detail.as_ref().map(ToString::to_string).unwrap_or_default(),
    ];
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        append_cell(text, cell);
    }
    text.push_str("\r\n");
}

fn append_cell(text: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    text.push('"'); // every cell: a spreadsheet may separate by semicolons or tabs
    text.push_str(if is_formula { "'" } else { "" });
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests;
