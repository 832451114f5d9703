//! Sending an edit: made from the project as it is now, and made again when someone else was faster.

use model::{Project, ProjectId, ProjectPatch};
use reqwest::Method;

use crate::client::{Accepted, Answer, Path};
use crate::failure::Failure;
use crate::session::Session;

/// How often an edit is made anew because the project was changed between the look and the edit.
const ATTEMPTS: usize = 5;

/// Reads the project, makes the edit from it and sends it with the project's generation. When the project was changed
/// meanwhile, both are done again: `make` names only what the user asked for, so nothing of the other edit is lost. `None`
/// from `make` sends nothing.
pub async fn edit(
    session: &Session,
    id: &ProjectId,
    make: impl Fn(&Project) -> Result<Option<ProjectPatch>, Failure>,
) -> Result<Option<Answer<Accepted>>, Failure> {
    let path = Path::of(&["projects", id.as_str()]);
    let mut attempts = 1;
    loop {
        let now = session.client.get::<Project>(&path).await?.value;
        let Some(edit) = make(&now)? else { return Ok(None) };
        let edit = ProjectPatch { generation: Some(now.generation), ..edit };
        match session.client.send(Method::PATCH, &path, &edit).await {
            Err(Failure::Refused(problem)) if problem.is_stale() && attempts < ATTEMPTS => attempts += 1,
            sent => return sent.map(Some),
        }
    }
}
