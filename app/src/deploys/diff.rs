//! A unified diff as a table with line numbers.

use leptos::prelude::*;
use model::SchemaDiff;

/// The diff.
#[component]
pub(super) fn Diff(diff: SchemaDiff) -> impl IntoView {
    if diff.lines.is_empty() {
        return view! { <p class="soft">"The file is the same at both commits."</p> }.into_any();
    }
    let left_out = (diff.left_out > 0)
        .then(|| view! { <p class="hint">{format!("{} more lines are not shown.", diff.left_out)}</p> });
    let rows = numbered(&diff.lines).into_iter().map(row).collect_view();
    view! {
        <div class="diff" tabindex="0" role="group" aria-label="Schema difference"><table><tbody>{rows}</tbody></table></div>
        {left_out}
    }
    .into_any()
}

/// How many lines came and went: `9 lines added, 2 removed`.
pub(super) fn summary(diff: &SchemaDiff) -> String {
    let count = |sign: char| diff.lines.iter().filter(|line| line.starts_with(sign)).count();
    let (added, removed) = (count('+'), count('-'));
    format!("{added} {} added, {removed} removed", if added == 1 { "line" } else { "lines" })
}

/// A line of a diff with its numbers in the two files.
#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    before: Option<u32>,
    after: Option<u32>,
    sign: char,
    text: &'a str,
}

fn numbered(lines: &[String]) -> Vec<Line<'_>> {
    let (mut before, mut after) = (0, 0);
    let mut numbered = Vec::with_capacity(lines.len());
    for line in lines {
        let sign = line.chars().next().unwrap_or(' ');
        if sign == '@' {
            (before, after) = hunk(line).unwrap_or_default();
            numbered.push(Line { before: None, after: None, sign, text: line });
            continue;
        }
        let (old, new) = (sign != '+', sign != '-');
        let text = line.get(1..).unwrap_or_default();
        numbered.push(Line { before: old.then_some(before), after: new.then_some(after), sign, text });
        before += u32::from(old);
        after += u32::from(new);
    }
    numbered
}

/// The first lines of a hunk: of `@@ -2,7 +2,8 @@` these are 2 and 2.
fn hunk(line: &str) -> Option<(u32, u32)> {
    let number = |part: &str| part.get(1..)?.split(',').next()?.parse::<u32>().ok();
    let mut parts = line.split(' ').skip(1);
    Some((number(parts.next()?)?, number(parts.next()?)?))
}

fn row(line: Line<'_>) -> impl IntoView {
    let class = match line.sign {
        '@' => "hunk",
        '+' => "add",
        '-' => "del",
        _ => "",
    };
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let sign = if matches!(line.sign, '+' | '-') { line.sign.to_string() } else { String::new() };
    view! {
        <tr class=class>
            <td class="line">{number(line.before)}</td>
            <td class="line">{number(line.after)}</td>
            <td class="sign">{sign}</td>
            <td>{line.text.to_owned()}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, numbered};

    #[test]
    fn every_line_has_its_number_in_each_file() {
        let lines = ["@@ -2,3 +2,3 @@", " a", "-b", "+B", " c"].map(str::to_owned);
        let found = numbered(&lines);
        let numbers: Vec<_> = found.iter().map(|line| (line.before, line.after)).collect();
        assert_eq!(
            numbers,
            [(None, None), (Some(2), Some(2)), (Some(3), None), (None, Some(3)), (Some(4), Some(4))]
        );
        assert_eq!(found[3], Line { before: None, after: Some(3), sign: '+', text: "B" });
    }
}
