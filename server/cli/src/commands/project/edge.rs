//! `atomoctl project edge`. Omitted options stay.

use model::{EdgeDraft, Project, ProjectPatch};

use super::send;
use crate::args::ProjectEdgeArgs;
use crate::client::Path;
use crate::commands::follow;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Shows the policy, or changes it.
pub async fn run(session: &Session, args: ProjectEdgeArgs) -> Result<(), Failure> {
    let change = |now: &Project| {
        let edge = args.policy.clone().over(EdgeDraft::from(&now.edge));
        Ok(edge.map(|edge| ProjectPatch { edge: Some(edge), ..ProjectPatch::default() }))
    };
    if let Some(taken) = send::edit(session, &args.id, change).await? {
        return follow::command(session, taken, args.follow).await;
    }
    let path = Path::of(&["projects", args.id.as_str()]);
    let edge = session.client.get::<Project>(&path).await?.value.edge;
    session.console.document(&edge, || render::gateway::policy(&edge))
}
