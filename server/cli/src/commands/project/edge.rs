//! `atomoctl project edge`. Omitted options stay.

use model::{EdgeDraft, Project, ProjectPatch};
use reqwest::Method;

use crate::args::ProjectEdgeArgs;
use crate::client::Path;
use crate::commands::follow;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Shows the policy, or changes it.
pub async fn run(session: &Session, args: ProjectEdgeArgs) -> Result<(), Failure> {
    let path = Path::of(&["projects", args.id.as_str()]);
    let kept = session.client.get::<Project>(&path).await?.value.edge;
    match args.policy.over(EdgeDraft::from(&kept)) {
        None => session.console.document(&kept, || render::gateway::policy(&kept)),
        Some(edge) => {
            let change = ProjectPatch { edge: Some(edge), ..ProjectPatch::default() };
            let taken = session.client.send(Method::PATCH, &path, &change).await?;
            follow::command(session, taken, args.follow).await
        }
    }
}
