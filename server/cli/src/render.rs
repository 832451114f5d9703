//! Text output: pure functions from answers to text. The time is an argument, nothing is written, and text from outside
//! cannot control the terminal.

pub mod alert;
pub mod backup;
pub mod backup_policy;
pub mod create_plan;
pub mod database_server;
pub mod delete;
pub mod deploy;
pub mod drift;
pub mod fleet;
pub mod fleet_backup;
pub mod gateway;
pub mod lists;
pub mod operation;
pub mod problem;
pub mod project;
pub mod recovery;
pub mod rollout;
pub mod tasks;
pub mod words;

use comfy_table::{Table, presets};

use words::plain;

/// A table: capital heads, two spaces between columns. `empty` is printed if there are no rows.
pub fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    empty: &str,
) -> String {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return empty.to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header);
    table.add_rows(rows.map(|row| row.each_ref().map(|cell| plain(cell))));
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// A name and its value.
pub type Fact = (&'static str, Option<String>);

/// Names and values. Entries without a value are omitted.
pub fn facts(rows: impl IntoIterator<Item = Fact>) -> String {
    let rows: Vec<Fact> = rows.into_iter().collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |(name, value): Fact| {
        value.map(|value| format!("{name:width$}  {}\n", plain(&value)).replace(" \n", "\n"))
    };
    rows.into_iter().filter_map(line).collect()
}

/// The command for the next page, as a line below a list.
pub fn more(command: &str, cursor: Option<&str>) -> String {
    cursor
        .map_or_else(String::new, |cursor| format!("\n\nMore: atomoctl {command} --cursor {}", plain(cursor)))
}

#[cfg(test)]
mod tests;
