//! Events as comma-separated values: RFC 4180, UTF-8, with a head. A cell that a spreadsheet would calculate is preceded by an
//! apostrophe, because parts of an event are the input of others: <https://owasp.org/www-community/attacks/CSV_Injection>.

use model::ProjectEvent;
use time::format_description::well_known::Rfc3339;

/// The head of the file.
pub const HEAD: &str = "id,at,project,actor,action,sentence,detail\r\n";

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
    let is_quoted = cell.contains([',', '"', '\r', '\n']);
    let apostrophe = if is_formula { "'" } else { "" };
    if is_quoted {
        text.push('"');
        text.push_str(apostrophe);
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(apostrophe);
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests;
