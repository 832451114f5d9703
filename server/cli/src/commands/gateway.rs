//! `atomoctl gateway`.

use model::{FleetEdge, FleetEdgeDraft, GatewayView};
use reqwest::Method;

use super::{made_from, now};
use crate::args::{FleetEdgeArgs, GatewayCommand, list};
use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;

/// Runs the command.
pub async fn run(session: &Session, command: GatewayCommand) -> Result<(), Failure> {
    match command {
        GatewayCommand::Show => {
            let view = session.client.get::<GatewayView>(&Path::of(&["gateway"])).await?;
            session.console.answer(&view, |view| render::gateway::page(view, now()))
        }
        GatewayCommand::Edge(args) => edge(session, args).await,
        GatewayCommand::Ca => {
            let pem = session.client.text(&Path::of(&["gateway", "ca"])).await?;
            session.console.line(&pem)
        }
    }
}

/// Changes the policy, or shows it if no option was given. The API replaces the whole policy, so omitted options are taken
/// from the present one, and the edit is sent with its generation.
async fn edge(session: &Session, args: FleetEdgeArgs) -> Result<(), Failure> {
    let path = Path::of(&["gateway", "edge"]);
    let changed = made_from::present(async || {
        let now = session.client.get::<GatewayView>(&Path::of(&["gateway"])).await?.value;
        match draft(args.clone(), &now) {
            Some(draft) => session.client.send::<FleetEdge>(Method::PUT, &path, &draft).await.map(Some),
            None => Ok(None),
        }
    });
    if let Some(edge) = changed.await? {
        return session.console.answer(&edge, render::gateway::fleet_edge);
    }
    let edge = session.client.get::<GatewayView>(&Path::of(&["gateway"])).await?.value.edge;
    session.console.document(&edge, || render::gateway::fleet_edge(&edge))
}

/// The present policy with the given changes; `None` if no change was given.
fn draft(args: FleetEdgeArgs, now: &GatewayView) -> Option<FleetEdgeDraft> {
    let kept = FleetEdgeDraft::from(&now.edge);
    let trusted = list(args.trusted, args.no_trust);
    let policy = args.policy.over(kept.policy.clone());
    (policy.is_some() || trusted.is_some()).then(|| FleetEdgeDraft {
        generation: Some(now.edge_generation),
        policy: policy.unwrap_or(kept.policy),
        trusted_proxies: trusted.unwrap_or(kept.trusted_proxies),
    })
}
