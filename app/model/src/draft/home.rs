//! Where a project's database is to be, and with what pool.

use super::optional;
use crate::{DatabaseServerName, FieldError, PoolSize};

/// A server and a pool as they were typed; empty is none.
pub(super) fn check_home(
    server: &str,
    pool: Option<u32>,
    errors: &mut Vec<FieldError>,
) -> (Option<DatabaseServerName>, Option<PoolSize>) {
    let server = optional(server)
        .and_then(|text| FieldError::collect(errors, "database_server", DatabaseServerName::try_from(text)));
    (server, check_pool(pool, errors))
}

/// A pool as it was typed.
pub(crate) fn check_pool(size: Option<u32>, errors: &mut Vec<FieldError>) -> Option<PoolSize> {
    size.and_then(|size| FieldError::collect(errors, "pool_size", PoolSize::try_from(size)))
}
