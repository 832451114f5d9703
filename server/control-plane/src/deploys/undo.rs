//! The undo of a deploy with its data: the backup that was taken before it is restored, schema and rows.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::{
    Action, BackupId, DatabaseName, Deploy, DeployId, Operation, Problem, RestoreDraft, WrittenSince,
    WrittenTable,
};

use super::{Deploys, problems};
use crate::backups::archive::{self, PartRole};
use crate::backups::{Backups, problems as damaged};
use crate::ports::archive_store::ArchiveName;
use crate::ports::database_copies::DatabaseContents;
use crate::registry::{BackupRecord, ProjectRecord};
use crate::{OpContext, Result};

/// How long the rows of a database may be counted for a page.
const COUNTING: Duration = Duration::from_secs(20);

impl Deploys<'_> {
    /// What an undo with data would lose: tables with another number of rows than in the backup. Counts every row.
    #[tracing::instrument(skip_all, fields(deploy.id = %deploy))]
    pub async fn written_since(&self, op: &OpContext, deploy: DeployId) -> Result<WrittenSince> {
        let (deploy, backup) = self.undoable(op, deploy).await?;
        let record = self.record(&deploy.project_id).await?;
        let (then, taken_at) = self.contents_of(&backup).await?;
        let counting = self.contents_now(&record);
        let Ok(now) = tokio::time::timeout(COUNTING, counting).await else {
            let detail = format!(
                "The rows of {} could not be counted within {} s.",
                deploy.project_id,
                COUNTING.as_secs()
            );
            return Err(Problem::unavailable("postgres", detail).into());
        };
        Ok(WrittenSince { backup_id: backup.backup.id, taken_at, tables: differing(&then, &now?) })
    }

    /// Opens the restore of the backup that was taken before the deploy, with the schema and the release of then. The present data is backed up first,
    /// so that it can be exported or restored later.
    #[tracing::instrument(skip_all, fields(deploy.id = %deploy))]
    pub async fn undo(&self, op: &OpContext, deploy: DeployId, confirm: &str) -> Result<Operation> {
        let (deploy, backup) = self.undoable(op, deploy).await?;
        let draft = RestoreDraft { confirm: confirm.to_owned(), backup_first: true, with_schema: true };
        Backups::new(self.0).undo_deploy(op, &backup, &draft, &deploy.from).await
    }

    /// The deploy and its backup, if the undo is offered.
    async fn undoable(&self, op: &OpContext, deploy: DeployId) -> Result<(Deploy, BackupRecord)> {
        self.find(op, Action::BackupRestore, deploy).await?;
        let deploy = self.get(op, deploy).await?;
        let id: Option<BackupId> = deploy.backup_id.filter(|_| deploy.undo_until.is_some());
        let id = id.ok_or_else(problems::no_undo)?;
        let backup = self.0.registry.backup(id).await?.ok_or_else(problems::no_undo)?;
        Ok((deploy, backup))
    }

    async fn contents_of(&self, record: &BackupRecord) -> Result<(DatabaseContents, time::OffsetDateTime)> {
        let archives = &self.0.ports.archives;
        let name = ArchiveName { project: Some(record.backup.project_id.clone()), backup: record.backup.id };
        let (_, manifest) = archive::open(&**archives, &name, record.seal.as_deref()).await?;
        let part = manifest.part(PartRole::Contents);
        let part = part.ok_or_else(|| damaged::damaged("manifest.json", "it names no contents"))?;
        let json = archive::read_whole(&**archives, &name, part, &self.0.settings.backup_keys).await?;
        let contents = serde_json::from_slice(&json)
            .map_err(|error| damaged::damaged(&part.name, &error.to_string()))?;
        Ok((contents, manifest.taken_at))
    }

    async fn contents_now(&self, record: &ProjectRecord) -> Result<DatabaseContents> {
        let copies = &self.0.ports.postgres.of(&record.project.database_server)?.copies;
        let database = DatabaseName::main(record.project.id.clone());
        let mut snapshot = copies.snapshot(&database, record.database_oid).await?;
        Ok(snapshot.contents(false, &|_, _, _| ()).await?)
    }
}

fn differing(then: &DatabaseContents, now: &DatabaseContents) -> Vec<WrittenTable> {
    let rows = |contents: &DatabaseContents| -> BTreeMap<String, u64> {
        contents.tables.iter().map(|table| (table.name.clone(), table.rows)).collect()
    };
    let (then, now) = (rows(then), rows(now));
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let table = |name: &String| {
        let (then, now) = (then.get(name).copied(), now.get(name).copied());
        (then != now).then(|| WrittenTable { table: name.clone(), then, now })
    };
    names.into_iter().filter_map(table).collect()
}
