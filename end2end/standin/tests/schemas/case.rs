//! A case: one file with sections, each headed by a line `=== name`.

use std::fs;
use std::path::Path;

/// A change of a schema, and what is expected of it.
#[derive(Debug)]
pub struct Case {
    /// The name of the file.
    pub name: String,
    /// The file that runs; absent: the database is empty, or has only what `rows` makes.
    pub before: Option<String>,
    /// SQL that is run as the project's role before the change.
    pub rows: String,
    /// SQL that a superuser runs after that.
    pub superuser: String,
    /// The file of the change.
    pub after: String,
    /// An insert as the new version makes it; absent: none is tried.
    pub insert: Option<String>,
    /// The expected findings: class, place and, if it is counted, the number of rows.
    pub findings: Vec<String>,
    /// The lines of the file after that are expected as not checked.
    pub not_checked: Vec<u32>,
    /// A part of the message with which the server refuses to start.
    pub message: Option<String>,
}

/// All cases.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let cases = files.filter(|path| path.extension().is_some_and(|extension| extension == "case"));
    let mut cases: Vec<Case> = cases.map(|path| read(&path)).collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

fn read(path: &Path) -> Case {
    let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let text = fs::read_to_string(path).unwrap();
    let mut case = Case {
        name,
        before: None,
        rows: String::new(),
        superuser: String::new(),
        after: String::new(),
        insert: None,
        findings: vec![],
        not_checked: vec![],
        message: None,
    };
    for section in format!("\n{text}").split("\n=== ").skip(1) {
        let (head, body) = section.split_once('\n').unwrap_or((section, ""));
        match head.trim() {
            "before" => case.before = Some(body.to_owned()),
            "rows" => body.clone_into(&mut case.rows),
            "superuser" => body.clone_into(&mut case.superuser),
            "after" => body.clone_into(&mut case.after),
            "insert" => case.insert = Some(body.to_owned()),
            "expected" => expected(&mut case, body),
            other => panic!("{}: the section {other} is not known", case.name),
        }
    }
    case
}

fn expected(case: &mut Case, lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(' ') {
            Some(("not_checked", number)) => case.not_checked.push(number.parse().unwrap()),
            Some(("message", text)) => case.message = Some(text.to_owned()),
            _ => case.findings.push(line.to_owned()),
        }
    }
    case.findings.sort();
}
