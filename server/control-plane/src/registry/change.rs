//! The only way to write what is wanted: a transaction that is committed with its audit event, or not at all.

use model::{Action, Actor, OperationKind, PoolSize, ProjectId};
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};

use super::{Registry, RegistryError, Result, audit};
use crate::OpContext;

/// What happened, for the audit trail. Holds facts, never a secret.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// On which project; `None` for the fleet itself.
    pub project: Option<&'a ProjectId>,
    /// What.
    pub action: EventAction,
    /// The facts.
    pub detail: Value,
}

/// What an event says happened: the word in the column `action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventAction {
    /// A caller performed this action.
    Command(Action),
    /// Anything else, by a word that is no action's: what the engine did by itself, a log-in, a setup.
    Other(&'static str),
}

impl EventAction {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command(action) => action.as_str(),
            Self::Other(word) => word,
        }
    }
}

impl From<Action> for EventAction {
    fn from(action: Action) -> Self {
        Self::Command(action)
    }
}

/// The action of the command that opened the operation; the kind's own word for what the engine opens itself.
impl From<OperationKind> for EventAction {
    fn from(kind: OperationKind) -> Self {
        kind.action().map_or(Self::Other(kind.as_str()), Self::Command)
    }
}

/// An open change. Dropped without [`Change::commit`], it never happened.
pub struct Change {
    tx: Transaction<'static, Postgres>,
    actor: Actor,
    /// What a project has whose row says nothing of its pool.
    pub(super) pool_size: PoolSize,
}

impl Registry {
    /// Begins a change on somebody's word.
    pub async fn change(&self, op: &OpContext) -> Result<Change> {
        let doing = RegistryError::sql("beginning a change");
        let mut tx = self.pool.begin().await.map_err(&doing)?;
        // tells the triggers that this edit came through the front door
        sqlx::query("select set_config('fleet.change', 'yes', true)")
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
        Ok(Change { tx, actor: op.actor().clone(), pool_size: self.pool_size })
    }
}

impl Change {
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
        self.tx.commit().await.map_err(RegistryError::sql("committing a change"))
    }
}
