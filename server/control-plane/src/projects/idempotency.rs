//! Idempotency keys: the same key of the same caller answers the same operation, however often the request arrives. A key
//! that comes with another request is refused, because one of the two is a mistake.

use std::future::Future;

use model::{Operation, OperationKind, Problem};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::registry::{IdempotencyKey, Registry};
use crate::{Error, OpContext, Result};

/// Maximum length of a key.
const MAX_KEY: usize = 200;

/// The idempotency key of a request; `None` if the caller sent none. `project` and `body` are as they were sent.
pub(crate) fn key(
    op: &OpContext,
    kind: OperationKind,
    project: &str,
    body: &impl Serialize,
) -> Result<Option<IdempotencyKey>> {
    let Some(key) = op.idempotency_key() else { return Ok(None) };
    if key.is_empty() || key.len() > MAX_KEY {
        let message = "This key is not accepted.";
        return Err(Problem::field("Idempotency-Key", message, "1 to 200 characters").into());
    }
    let request = serde_json::json!([kind, project, body]);
    Ok(Some(IdempotencyKey { key: key.to_owned(), digest: Sha256::digest(request.to_string()).to_vec() }))
}

/// The operation that the same request opened earlier, otherwise the one that `begin` opens now. If Postgres rolled `begin`
/// back because of a deadlock, it is run once more.
pub(crate) async fn run<F>(
    registry: &Registry,
    op: &OpContext,
    key: Option<&IdempotencyKey>,
    begin: impl Fn() -> F + Send + Sync,
) -> Result<Operation>
where
    F: Future<Output = Result<Operation>> + Send,
{
    if let Some(earlier) = earlier(registry, op, key).await? {
        return Ok(earlier);
    }
    match repeated(begin).await {
        Ok(operation) => Ok(operation),
        // a concurrent copy of the same request may have committed first: its operation is the answer, not a conflict
        Err(error) => earlier(registry, op, key).await?.ok_or(error),
    }
}

/// Runs `begin`, and once more if Postgres rolled it back because of a deadlock.
pub(super) async fn repeated<T, F>(begin: impl Fn() -> F + Send + Sync) -> Result<T>
where
    F: Future<Output = Result<T>> + Send,
{
    match begin().await {
        Err(Error::Registry(error)) if error.was_undone() => begin().await,
        outcome => outcome,
    }
}

async fn earlier(
    registry: &Registry,
    op: &OpContext,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Operation>> {
    let Some(key) = key else { return Ok(None) };
    match registry.operation_by_key(op.actor(), &key.key).await? {
        Some((operation, digest)) if digest.as_ref().is_some_and(|digest| *digest != key.digest) => {
            Err(used_for_another(&operation).into())
        }
        found => Ok(found.map(|(operation, _)| operation)),
    }
}

fn used_for_another(earlier: &Operation) -> Problem {
    let Operation { id, kind, .. } = earlier;
    let message =
        format!("It was used for another request: {kind} of {}, operation {id}.", earlier.subject());
    let accepted = "a new key for a new request (a form has one when its page is loaded again), or the very same request";
    Problem { operation: Some(*id), ..Problem::taken("Idempotency-Key", message, accepted) }
}
