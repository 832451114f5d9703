//! Lists that are answered in parts.

use serde::{Deserialize, Serialize};

/// One part of a list. Ask for the next one with `?cursor=`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// Where the next part starts; absent at the end.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The whole list in one part.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
