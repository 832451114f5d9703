//! Requests that are acted upon once, however often they arrive: the same key of the same asker answers the same
//! operation. A key that comes back with another request is refused, because one of the two is a mistake.

use std::future::Future;

use model::{Operation, OperationKind, Problem};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::registry::RequestKey;
use crate::{Error, Inner, OpContext, Result};

/// The longest key.
const MAX_KEY: usize = 200;

/// The key of a request, when its asker gave one. `project` and `body` are as they were sent.
pub(super) fn request_key(
    op: &OpContext,
    kind: OperationKind,
    project: &str,
    body: &impl Serialize,
) -> Result<Option<RequestKey>> {
    let Some(key) = op.request_key() else { return Ok(None) };
    if key.is_empty() || key.len() > MAX_KEY {
        let message = "This key is not accepted.";
        return Err(Problem::field("Idempotency-Key", message, "1 to 200 characters").into());
    }
    let words = serde_json::json!([kind, project, body]);
    Ok(Some(RequestKey { key: key.to_owned(), digest: Sha256::digest(words.to_string()).to_vec() }))
}

impl Inner {
    /// The operation that the same request began earlier, else what it begins now. A deadlock with another command is no
    /// outcome: Postgres has undone this one, and it is begun once more.
    pub(super) async fn once<F>(
        &self,
        op: &OpContext,
        key: Option<&RequestKey>,
        begin: impl Fn() -> F + Send + Sync,
    ) -> Result<Operation>
    where
        F: Future<Output = Result<Operation>> + Send,
    {
        if let Some(earlier) = self.earlier(op, key).await? {
            return Ok(earlier);
        }
        let outcome = match begin().await {
            Err(Error::Registry(error)) if error.was_undone() => begin().await,
            outcome => outcome,
        };
        match outcome {
            Ok(operation) => Ok(operation),
            // the same request may have been faster by another way: then its operation is the answer, not a conflict
            Err(error) => self.earlier(op, key).await?.ok_or(error),
        }
    }

    async fn earlier(&self, op: &OpContext, key: Option<&RequestKey>) -> Result<Option<Operation>> {
        let Some(key) = key else { return Ok(None) };
        match self.registry.operation_by_key(op.actor(), &key.key).await? {
            Some((operation, digest)) if digest.as_ref().is_some_and(|digest| *digest != key.digest) => {
                Err(another(&operation).into())
            }
            found => Ok(found.map(|(operation, _)| operation)),
        }
    }
}

fn another(earlier: &Operation) -> Problem {
    let Operation { id, kind, .. } = earlier;
    let message =
        format!("It was used for another request: {kind} of {}, operation {id}.", earlier.subject());
    let accepted = "a new key for a new request (a form has one when its page is loaded again), or the very same request";
    Problem { operation: Some(*id), ..Problem::taken("Idempotency-Key", message, accepted) }
}
