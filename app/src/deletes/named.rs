//! The request that the address of a page names.

use model::{DeleteRequest, DeleteRequestId, Problem};

use super::api::get_delete_request;
use crate::address::segment;
use crate::error::AppError;

/// The request; an id that is none answers "not found".
pub(super) async fn request() -> Result<DeleteRequest, AppError> {
    let text = segment(1);
    let id: DeleteRequestId =
        text.parse().map_err(|_| Problem::not_found(format!("delete request {text}")))?;
    get_delete_request(id).await
}
