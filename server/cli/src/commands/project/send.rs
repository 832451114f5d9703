//! Sends an edit of a project with the generation that it was made from.

use model::{Project, ProjectId, ProjectPatch};
use reqwest::Method;

use crate::client::{Accepted, Answer, Path};
use crate::commands::made_from;
use crate::failure::Failure;
use crate::session::Session;

/// Reads the project, makes the edit from it and sends it with the project's generation, again if the project was changed
/// meanwhile. `None` from `make` sends nothing.
pub async fn edit(
    session: &Session,
    id: &ProjectId,
    make: impl Fn(&Project) -> Result<Option<ProjectPatch>, Failure>,
) -> Result<Option<Answer<Accepted>>, Failure> {
    let path = Path::of(&["projects", id.as_str()]);
    made_from::present(async || {
        let now = session.client.get::<Project>(&path).await?.value;
        let Some(edit) = make(&now)? else { return Ok(None) };
        let edit = ProjectPatch { generation: Some(now.generation), ..edit };
        session.client.send(Method::PATCH, &path, &edit).await.map(Some)
    })
    .await
}
