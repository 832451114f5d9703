//! How long a page or an API call waits for a part of the machine. Pages answer from memory; what cannot be in memory (a
//! list of secrets, lines of a log) is asked for with a limit, and a part that is slow is named instead of waited for.

use std::time::Duration;

use model::Problem;

use crate::ports::Failure;
use crate::{Error, Result};

/// How long a page waits for a secret store or a driver.
pub(crate) const PART: Duration = Duration::from_secs(5);
/// How long it waits for a repository, which may have to be fetched.
pub(crate) const REPOSITORY: Duration = Duration::from_secs(10);

/// The answer of a part, at most after `limit`. `doing` completes "While ...".
pub(crate) async fn within<T, E: Failure + Into<Error>>(
    limit: Duration,
    part: &str,
    doing: &str,
    asking: impl Future<Output = std::result::Result<T, E>>,
) -> Result<T> {
    if let Ok(answer) = tokio::time::timeout(limit, asking).await {
        return answer.map_err(Into::into);
    }
    let detail = format!("While {doing}: no answer within {} s. Try again.", limit.as_secs());
    Err(Problem::unavailable(part, detail).into())
}

#[cfg(test)]
mod tests;
