//! The difference of two sorted lists of lines `kind name: definition`, as lines for people. Pure.

use std::cmp::Ordering;

/// Lines of a difference that are kept; a line that says how many more there are follows.
pub const DIFF_LINES: usize = 200;
/// Characters of a definition that are shown.
const SHOWN: usize = 400;

/// Kinds of catalog lines with a space in their name; every other kind is one word.
const LONG_KINDS: [&str; 7] = [
    "partitioned table",
    "materialized view",
    "sequence relation",
    "composite type",
    "foreign table",
    "default rights",
    "row security",
];

/// Whether a line of a catalog is of something that the server makes lazily: a `*_projection` table, with its columns, constraints
/// and indexes; or of a scratch object of the control plane.
pub fn is_noise(line: &str) -> bool {
    let line = Line::of(line);
    let table = line.owner().unwrap_or_else(|| line.short());
    table.ends_with("_projection") || table.starts_with("zz_fleet_") || line.name.contains("zz_fleet_")
}

/// The difference of two catalogs, grouped by table: `~ things: column name: text → text, not null`. Noise is left out. Both lists
/// are sorted. Empty exactly if nothing differs.
pub fn catalog_difference(declared: &[String], observed: &[String]) -> Vec<String> {
    let quiet = |lines: &[String]| lines.iter().filter(|line| !is_noise(line)).cloned().collect::<Vec<_>>();
    line_difference(&quiet(declared), &quiet(observed))
}

/// The difference of two sorted lists of lines, grouped by table or model. Empty exactly if nothing differs.
pub fn line_difference(declared: &[String], observed: &[String]) -> Vec<String> {
    let (mut gone, mut new) = only_on_one_side(declared, observed);
    let mut found: Vec<(String, String)> = Vec::new();
    gone.retain(|old| {
        let Some(place) = new.iter().position(|now| now.head() == old.head()) else { return true };
        let now = new.remove(place);
        let (subject, thing) = old.place();
        let text = format!("~ {thing}: {} → {}", old.definition(), now.definition());
        found.push((subject, text));
        false
    });
    found.extend(gone.iter().map(|line| line.text('-')));
    found.extend(new.iter().map(|line| line.text('+')));
    found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1[1..].cmp(&b.1[1..])));
    let more = found.len().saturating_sub(DIFF_LINES);
    let mut lines: Vec<String> = found.into_iter().take(DIFF_LINES).map(|(_, text)| text).collect();
    lines.extend((more > 0).then(|| format!("~ and {more} more")));
    lines
}

fn only_on_one_side<'a>(declared: &'a [String], observed: &'a [String]) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
    let (mut left, mut right) = (declared.iter().peekable(), observed.iter().peekable());
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return (gone, new),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.cmp(b),
        };
        match order {
            Ordering::Less => gone.extend(left.next().map(|line| Line::of(line))),
            Ordering::Greater => new.extend(right.next().map(|line| Line::of(line))),
            Ordering::Equal => {
                left.next();
                right.next();
            }
        }
    }
}

/// A line in its parts.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    kind: &'a str,
    name: &'a str,
    definition: &'a str,
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let long = LONG_KINDS.iter().find(|kind| line.starts_with(**kind));
        let end = long.map_or_else(|| line.find(' ').unwrap_or(line.len()), |kind| kind.len());
        let (kind, rest) = line.split_at(end);
        let (name, definition) = rest.split_once(": ").unwrap_or((rest, ""));
        Self { kind, name: name.trim().trim_end_matches(':'), definition }
    }

    const fn head(&self) -> (&'a str, &'a str) {
        (self.kind, self.name)
    }

    /// The table or model that it belongs to, without its schema; `None` for what belongs to none.
    fn owner(&self) -> Option<&'a str> {
        let name = match self.kind {
            "index" => self.definition.split(" ON ").nth(1)?,
            "column" | "constraint" | "policy" | "trigger" | "rule" | "field" | "relationship" => {
                self.name.rsplit_once('.')?.0
            }
            _ => return None,
        };
        let name = name.strip_prefix("ONLY ").unwrap_or(name);
        let name = name.split(' ').next().unwrap_or(name);
        Some(name.rsplit_once('.').map_or(name, |(_, table)| table))
    }

    /// The name without the schema `public`.
    fn short(&self) -> &'a str {
        self.name.strip_prefix("public.").unwrap_or(self.name)
    }

    /// The group of the line, and what it is about: `things: column name`.
    fn place(&self) -> (String, String) {
        let Some(owner) = self.owner() else {
            return (self.short().to_owned(), format!("{} {}", self.kind, self.short()));
        };
        let own = self.short().strip_prefix(owner).and_then(|rest| rest.strip_prefix('.'));
        (owner.to_owned(), format!("{owner}: {} {}", self.kind, own.unwrap_or_else(|| self.short())))
    }

    fn definition(&self) -> String {
        let text = self.definition.replace('|', ", ");
        if text.chars().count() <= SHOWN {
            return if text.is_empty() { "nothing".to_owned() } else { text };
        }
        text.chars().take(SHOWN).chain("…".chars()).collect()
    }

    fn text(&self, sign: char) -> (String, String) {
        let (group, thing) = self.place();
        let definition =
            if self.definition.is_empty() { String::new() } else { format!(": {}", self.definition()) };
        (group, format!("{sign} {thing}{definition}"))
    }
}
