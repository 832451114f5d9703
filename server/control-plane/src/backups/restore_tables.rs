//! The job that restores single tables of a backup into a database beside that of the project, from which rows are copied back.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use model::{
    Action, BackupId, DatabaseName, DatabaseOid, DatabaseServerName, OperationKind, Problem, ProjectId,
    SetAsideReason, Step,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;

use super::copy::Source;
use super::create::project;
use super::verify::complete;
use super::{compare, problems};
use crate::Result;
use crate::jobs::{Job, JobContext, Resume};
use crate::ports::database_copies::{CopySpec, DatabaseContents, DatabaseCopies, DumpPart, TableName};
use crate::registry::{Event, SetAside};

/// The job.
pub(crate) struct TablesRestore;

/// What it works on, and what it remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TablesInput {
    /// The backup.
    pub(crate) backup: BackupId,
    /// The server of the project's database.
    pub(crate) database_server: DatabaseServerName,
    /// The tables as they were typed.
    pub(crate) tables: Vec<String>,
    /// The database with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) copy: Option<DatabaseOid>,
}

#[async_trait]
impl Job for TablesRestore {
    const KIND: OperationKind = OperationKind::TablesRestore;
    const AT_ONCE: usize = 1;
    type Input = TablesInput;

    fn steps(_input: &TablesInput) -> Vec<Step> {
        vec![Step::CheckArchive, Step::RestoreCopy, Step::PlaceDatabase]
    }

    fn resume(_input: &TablesInput) -> Resume {
        Resume::Resume
    }

    fn database_server(input: &TablesInput) -> Option<DatabaseServerName> {
        Some(input.database_server.clone())
    }

    async fn run(&self, job: &JobContext<TablesInput>) -> Result<()> {
        let input = job.input();
        let copies = &job.ports().postgres.of(input.database_server.as_str())?.copies;
        let id = project(job).await?.project.id;
        let source = Source::of_backup(job, &complete(job, input.backup).await?).await?;
        let copy = source.copy(job, Some(DatabaseName::main(id.clone())))?;
        let work = Tables { job, copies: &**copies, id, source, copy };
        let outcome = Box::pin(work.run()).await;
        if matches!(&outcome, Err(error) if !error.is_transient()) {
            let _ = copies.remove_copy(&work.copy.name).await; // else by the search for left-over copies
        }
        outcome
    }
}

struct Tables<'a> {
    job: &'a JobContext<TablesInput>,
    copies: &'a dyn DatabaseCopies,
    id: ProjectId,
    source: Source,
    copy: CopySpec,
}

impl Tables<'_> {
    async fn run(&self) -> Result<()> {
        let job = self.job;
        job.step(1, async {
            self.source.check_other_parts(job).await?;
            Ok(Some(format!("{} parts", self.source.manifest.parts.len())))
        })
        .await?;
        job.step(2, self.load()).await?;
        job.step(3, Box::pin(self.keep())).await
    }

    async fn load(&self) -> Result<Option<String>> {
        let (job, copies, copy) = (self.job, self.copies, &self.copy);
        let expected = self.source.contents(job).await?;
        let tables = wanted(&expected, &job.input().tables)?;
        let oid = copies.create_copy(copy).await?;
        self.source.stream_dump(job, copies.restore_part(copy, &DumpPart::Definitions).await?).await?;
        let mut schemas: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (_, table) in &tables {
            schemas.entry(&table.schema).or_default().push(table.name.clone());
        }
        for (schema, tables) in schemas {
            let part = DumpPart::Rows { schema: schema.to_owned(), tables };
            self.source.stream_dump(job, copies.restore_part(copy, &part).await?).await?;
        }
        let names: Vec<TableName> = tables.iter().map(|(_, table)| table.clone()).collect();
        copies.keep_tables(copy, &names).await?;
        copies.finish_copy(copy).await?;
        let found = copies.contents(copy, self.source.manifest.digests, &|_, _, _| ()).await?;
        let kept: BTreeSet<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
        let differences = compare::differences(&only(&expected, &kept), &only(&found, &kept));
        if !differences.is_empty() {
            return Err(problems::copy_differs(&differences).into());
        }
        job.remember(&json!({ "copy": oid })).await?;
        let rows: u64 = only(&expected, &kept).tables.iter().map(|table| table.rows).sum();
        Ok(Some(format!("{} tables with {rows} rows, equal to the backup", kept.len())))
    }

    /// Gives the database its name, and lists it with the time at which it is dropped: both, or it is removed with the job.
    async fn keep(&self) -> Result<Option<String>> {
        let (job, id) = (self.job, &self.id);
        let oid = job.remembered().await?.copy.ok_or_else(|| problems::database_not_seen(id))?;
        job.commit().await?;
        let operation = job.operation().id;
        let name = DatabaseName::side(id.clone(), operation);
        let bytes = self.copies.keep_beside(oid, &name).await?;
        let drop_after = OffsetDateTime::now_utc() + job.inner.settings.keep_former;
        let reason = SetAsideReason::Tables;
        let mut change = job.inner.registry.change_of(job.op(), id).await?;
        change.in_term(job.inner.term).await?;
        change
            .set_aside(&SetAside { project: id, oid, name: &name, reason, operation, bytes, drop_after })
            .await?;
        let detail =
            json!({"database": name.to_string(), "tables": job.input().tables, "operation": operation});
        change
            .commit(Event { project: Some(id), action: Action::BackupRestoreTables.into(), detail })
            .await?;
        Ok(Some(name.to_string()))
    }
}

/// The contents of these tables alone.
fn only(contents: &DatabaseContents, names: &BTreeSet<&str>) -> DatabaseContents {
    let tables = contents.tables.iter().filter(|table| names.contains(table.name.as_str())).cloned();
    DatabaseContents { tables: tables.collect(), ..DatabaseContents::default() }
}

/// The tables that were typed, each with its name in the contents. One may be typed as the contents have it, or by its plain name,
/// with the schema where that is not `public`.
pub(super) fn wanted(
    contents: &DatabaseContents,
    typed: &[String],
) -> Result<Vec<(String, TableName)>, Problem> {
    let known: Vec<(&str, TableName)> = contents
        .tables
        .iter()
        .filter_map(|table| Some((table.name.as_str(), parsed(&table.name)?)))
        .collect();
    let mut found = Vec::new();
    for text in typed.iter().map(|text| str::trim(text)).filter(|text| !text.is_empty()) {
        let is_it = |(quoted, table): &&(&str, TableName)| {
            let plain = format!("{}.{}", table.schema, table.name);
            *quoted == text || plain == text || (table.schema == "public" && table.name == text)
        };
        let Some((quoted, table)) = known.iter().find(is_it) else { return Err(unknown(text, contents)) };
        if found.iter().all(|(name, _)| name != quoted) {
            found.push(((*quoted).to_owned(), table.clone()));
        }
    }
    if found.is_empty() {
        return Err(Problem::field(
            "tables",
            "At least one table is needed.",
            "names of tables of the backup",
        ));
    }
    Ok(found)
}

fn unknown(text: &str, contents: &DatabaseContents) -> Problem {
    let some: Vec<&str> = contents.tables.iter().take(20).map(|table| table.name.as_str()).collect();
    let message = format!("The backup has no table {text:?}. It has, for example: {}.", some.join(", "));
    Problem::field("tables", message, "names of tables of the backup")
}

/// `public."Ünï ""code"` as schema and name; `None` if the text is no such name.
fn parsed(quoted: &str) -> Option<TableName> {
    let (schema, rest) = identifier(quoted)?;
    let (name, rest) = identifier(rest.strip_prefix('.')?)?;
    rest.is_empty().then_some(TableName { schema, name })
}

/// The first identifier of a text, and what follows.
fn identifier(text: &str) -> Option<(String, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find('.').unwrap_or(text.len());
        return (end > 0).then(|| (text[..end].to_owned(), &text[end..]));
    };
    let mut name = String::new();
    let mut letters = inside.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '"' {
            name.push(letter);
        } else if letters.next_if(|(_, next)| *next == '"').is_some() {
            name.push('"');
        } else {
            return Some((name, &inside[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{DatabaseContents, parsed, wanted};
    use crate::ports::database_copies::TableContents;

    fn contents(names: &[&str]) -> DatabaseContents {
        let table = |name: &&str| TableContents { name: (*name).to_owned(), rows: 1, digest: None };
        DatabaseContents { tables: names.iter().map(table).collect(), ..DatabaseContents::default() }
    }

    #[test]
    fn names_with_quotes_dots_and_unicode_are_read() {
        for (quoted, schema, name) in [
            ("public.things", "public", "things"),
            (r#"public."Ünï ""code""#, "public", "Ünï \"code"),
            (r#""a.b"."c.d""#, "a.b", "c.d"),
        ] {
            let table = parsed(quoted).unwrap();
            assert_eq!((table.schema.as_str(), table.name.as_str()), (schema, name));
        }
        for wrong in ["", "public", r#"public."x"#, "public.", r#"public."x"y"#] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_table_is_typed_as_it_is_quoted_or_by_its_plain_name() {
        let all = contents(&["public.things", r#"public."Ünï ""code""#, "shop.orders"]);
        let typed = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            wanted(&all, &names).map(|found| found.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
        };
        assert_eq!(typed(&["things", " things ", "shop.orders"]).unwrap(), ["public.things", "shop.orders"]);
        assert_eq!(typed(&["Ünï \"code"]).unwrap(), [r#"public."Ünï ""code""#]);
        assert!(typed(&["orders"]).unwrap_err().errors[0].message.contains("no table \"orders\""));
        assert!(typed(&[""]).is_err());
    }
}
