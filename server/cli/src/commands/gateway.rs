//! `atomoctl gateway`.

use model::{FleetEdge, FleetEdgeDraft, GatewayView};
use reqwest::Method;

use super::now;
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

/// The API replaces the whole policy, so omitted options are taken from the present one.
async fn edge(session: &Session, args: FleetEdgeArgs) -> Result<(), Failure> {
    let kept = session.client.get::<GatewayView>(&Path::of(&["gateway"])).await?.value.edge;
    let draft = FleetEdgeDraft::from(&kept);
    let trusted = list(args.trusted, args.no_trust);
    let policy = args.policy.over(draft.policy.clone());
    if policy.is_none() && trusted.is_none() {
        return session.console.document(&kept, || render::gateway::fleet_edge(&kept));
    }
    let draft = FleetEdgeDraft {
        policy: policy.unwrap_or(draft.policy),
        trusted_proxies: trusted.unwrap_or(draft.trusted_proxies),
    };
    let path = Path::of(&["gateway", "edge"]);
    let edge = session.client.send::<FleetEdge>(Method::PUT, &path, &draft).await?;
    session.console.answer(&edge, render::gateway::fleet_edge)
}
