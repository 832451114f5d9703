//! Paginated lists.

use serde::{Deserialize, Serialize};

/// One page of a list. Request the next one with `?cursor=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// The cursor of the next page; absent at the end.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The whole list as one page.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
