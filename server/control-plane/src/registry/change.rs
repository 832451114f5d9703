//! The only way to write what is wanted: a transaction that is committed with its audit event, or not at all.

use std::time::{Duration, Instant};

use model::{Actor, ProjectId};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::event::Event;
use super::fleet::EdgeCache;
use super::{ChangedRows, Registry, RegistryError, Result, audit};
use crate::OpContext;

/// How long a change waits for a row that another transaction holds.
const ROW_WAIT: Duration = Duration::from_secs(5);
/// The pause between two attempts to lock such a row.
const ROW_PAUSE: Duration = Duration::from_millis(50);

/// An open change. Dropped without [`Change::commit`], it never happened.
pub struct Change {
    tx: Transaction<'static, Postgres>,
    actor: Actor,
    pub(super) edges: EdgeCache,
    /// Whether it changes what every project is made of.
    pub(super) concerns_all: bool,
    moved: ChangedRows,
}

impl Registry {
    /// Begins a change of this caller.
    pub async fn change(&self, op: &OpContext) -> Result<Change> {
        self.begin_change(&self.pool, op).await
    }

    /// Begins a change that a log-in makes: on the connections that only log-ins and sessions use.
    pub async fn log_in_change(&self, op: &OpContext) -> Result<Change> {
        self.begin_change(&self.log_in, op).await
    }

    /// Begins a change of one project, with its row locked where there is one. While another transaction holds the row, the
    /// change waits without a connection, up to 5 s: any number of commands on that project keeps no other command waiting.
    /// After that the error says that the row is locked.
    pub async fn change_of(&self, op: &OpContext, id: &ProjectId) -> Result<Change> {
        let end = Instant::now() + ROW_WAIT;
        loop {
            let mut change = self.change(op).await?;
            match change.lock_at_once(id).await {
                Err(error) if error.is_locked() && Instant::now() < end => drop(change),
                locked => return locked.map(|()| change),
            }
            tokio::time::sleep(ROW_PAUSE).await;
        }
    }

    async fn begin_change(&self, pool: &PgPool, op: &OpContext) -> Result<Change> {
        let doing = RegistryError::sql("beginning a change");
        let mut tx = pool.begin().await.map_err(&doing)?;
        // tells the triggers that this edit came through the front door
        sqlx::query("select set_config('fleet.change', 'yes', true)")
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
        let (actor, edges) = (op.actor().clone(), self.edges.clone());
        Ok(Change { tx, actor, edges, concerns_all: false, moved: self.moved.clone() })
    }
}

impl Change {
    /// Locks a project's row for the rest of the change, or fails where another transaction holds it.
    async fn lock_at_once(&mut self, id: &ProjectId) -> Result<()> {
        sqlx::query!("select id from projects where id = $1 for update nowait", id.as_str())
            .fetch_optional(self.connection())
            .await
            .map_err(RegistryError::sql("locking a project"))?;
        Ok(())
    }

    /// The connection, for the statements of this module's neighbours.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// On whose word.
    pub(super) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Writes one more event, for a change that consists of several moves.
    pub async fn record(&mut self, event: &Event<'_>) -> Result<()> {
        audit::append(&mut self.tx, &self.actor, event).await
    }

    /// Writes the event and commits: both, or neither.
    pub async fn commit(mut self, event: Event<'_>) -> Result<()> {
        audit::append(&mut self.tx, &self.actor, &event).await?;
        let committed = self.tx.commit().await;
        // also where the answer was lost: it may have been committed
        match event.project {
            _ if self.concerns_all => self.moved.all(),
            Some(id) => self.moved.project(id),
            None => {}
        }
        committed.map_err(RegistryError::sql("committing a change"))
    }
}
