//! Rows of lists that grow at their top.

use model::{Operation, OperationId, ProjectEvent};

use super::FrozenRow;

impl FrozenRow for Operation {
    type Id = OperationId;

    fn id(&self) -> OperationId {
        self.id
    }
}

impl FrozenRow for ProjectEvent {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }
}
