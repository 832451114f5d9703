//! The port, over the admin API.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::gateway::{
    Applied, CertificateState, Gateway, GatewayError, GatewayInfo, Reached, RouteSeen, RouteTable,
};
use http::{Method, StatusCode};
use model::{CertificateSource, Hostname, ProjectId};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::admin::{AdminClient, AdminError, Answer, Ask};
use crate::edge::Edge;
use crate::features::CaddyFeatures;
use crate::own::{Own, OwnFolder};
use crate::root::RootSource;
use crate::settings::{CaddySettings, Issuer};
use crate::trust::Trust;
use crate::{blame, merge, read, render, taken};

/// How often a change is tried while others change the configuration at the same time.
const ATTEMPTS: u32 = 8;
/// How long the admin API may be away after it broke off in the middle of a change.
const RESTART: Duration = Duration::from_secs(3);
/// How long a certificate may take to be written.
const SETTLE: Duration = Duration::from_millis(100);

/// A running Caddy, driven by its admin API. Applies of one value take turns.
#[derive(Debug)]
pub struct CaddyGateway {
    settings: CaddySettings,
    admin: AdminClient,
    edge: Edge,
    root: RootSource,
    own: OwnFolder,
    turn: Mutex<()>,
}

/// A whole configuration as it was read.
struct Live {
    config: Value,
    etag: String,
}

impl Live {
    fn serves(&self, apps: &Value) -> bool {
        self.config.get("apps") == Some(apps)
    }
}

/// How a write ended, when it was not refused.
enum Written {
    Done,
    /// Somebody else was first.
    Stale,
    /// Caddy stumbled over a certificate that it was writing itself.
    Busy(GatewayError),
    /// Nobody knows.
    Open(AdminError),
}

impl CaddyGateway {
    /// A gateway over the Caddy at `settings.admin`. Nothing is asked of it yet.
    pub fn new(settings: CaddySettings) -> Self {
        let admin = AdminClient::new(settings.admin.clone());
        let edge = Edge::new(settings.render.http, settings.render.https);
        let root = RootSource::new(settings.root_file.clone());
        let own = OwnFolder::new(settings.certificates.as_deref());
        Self { settings, admin, edge, root, own, turn: Mutex::new(()) }
    }

    /// Says why this Caddy does not run, or that it does: whoever asks for it meanwhile is told the reason.
    pub fn absent(&self, reason: Option<String>) {
        self.admin.absent(reason);
    }

    async fn live(&self) -> Result<Live, GatewayError> {
        let doing = "reading the gateway's configuration";
        let answer = self.admin.get("/config/").await.map_err(|e| away(doing, &e))?;
        if !answer.status.is_success() {
            return Err(GatewayError::Away { doing, reason: answer.error() });
        }
        let unreadable = |reason: String| GatewayError::Away { doing, reason };
        let config = serde_json::from_slice(&answer.body).map_err(|error| unreadable(error.to_string()))?;
        let etag = answer
            .etag
            .ok_or_else(|| unreadable("the answer has no ETag; Caddy 2.6 or newer is needed".into()))?;
        Ok(Live { config, etag })
    }

    /// Like [`Self::live`], while the admin listener may be restarting.
    async fn live_again(&self) -> Result<Live, GatewayError> {
        let deadline = Instant::now() + RESTART;
        loop {
            match self.live().await {
                Err(_) if Instant::now() < deadline => tokio::time::sleep(Duration::from_millis(50)).await,
                result => return result,
            }
        }
    }

    /// One write, on the condition that nothing was changed since `live` was read.
    async fn write(&self, live: &Live, apps: &Value, ours: &Value) -> Result<Written, GatewayError> {
        let (path, body) = if live.config.is_object() {
            ("/config/apps", apps.to_string())
        } else {
            ("/config/", json!({ "apps": apps }).to_string())
        };
        let ask = Ask {
            if_match: Some(&live.etag),
            content_type: Some("application/json"),
            body: body.into(),
            ..Ask::new(Method::POST, path)
        };
        match self.admin.send(ask).await {
            Ok(answer) if answer.status.is_success() => Ok(Written::Done),
            Ok(answer) if answer.status == StatusCode::PRECONDITION_FAILED => Ok(Written::Stale),
            Ok(answer) if is_half_written(&answer) => Ok(Written::Busy(self.refused(&answer, ours))),
            Ok(answer) => Err(self.refused(&answer, ours)),
            Err(error) if error.is_open() => Ok(Written::Open(error)),
            Err(error) => Err(away("changing the gateway's configuration", &error)),
        }
    }

    fn refused(&self, answer: &Answer, ours: &Value) -> GatewayError {
        let reason = answer.error();
        if answer.status == StatusCode::FORBIDDEN {
            return GatewayError::Away { doing: "changing the gateway's configuration", reason };
        }
        let project = blame::project(&reason, ours);
        let render = &self.settings.render;
        GatewayError::Rejected { project, reason: taken::name_holder(reason, &[render.http, render.https]) }
    }

    /// Whose certificate is believed under a name.
    async fn trust(&self, host: &Hostname) -> Result<Trust, GatewayError> {
        if let Own::Good(own) = self.own.one(host).await {
            return Ok(Trust::Exactly(own.leaf));
        }
        match &self.settings.render.issuer {
            Issuer::Acme(acme) if acme.is_trial() => Ok(Trust::AnyIssuer),
            Issuer::Acme(acme) => Ok(Trust::Public(acme.roots.as_ref().map(|roots| roots.pem.clone()))),
            Issuer::Internal => Ok(Trust::Only(self.root.get(&self.admin).await?)),
        }
    }

    async fn features(&self) -> Result<CaddyFeatures, GatewayError> {
        CaddyFeatures::of(&self.admin)
            .await
            .map_err(|error| away("asking the gateway what it can do", &error))
    }
}

#[async_trait]
impl Gateway for CaddyGateway {
    async fn probe(&self) -> Result<GatewayInfo, GatewayError> {
        let features = self.features().await?;
        Ok(GatewayInfo {
            name: self.settings.name.clone().unwrap_or_else(|| "Caddy".into()),
            missing: features.missing().into_iter().chain(self.own.fault()).collect(),
            limits_rates: features.rate_limit,
            knows_clients: features.client_ip,
        })
    }

    async fn apply(&self, table: &RouteTable) -> Result<Applied, GatewayError> {
        let _turn = self.turn.lock().await;
        let own = self.own.all(table.names().cloned().collect()).await;
        let ours = render(table, &self.settings.render, self.features().await?, &own);
        let mut applied = Applied::Unchanged;
        let mut live = self.live().await?;
        for attempt in 1..=ATTEMPTS {
            let wanted = merge::merge(&live.config, &ours);
            if live.serves(&wanted) {
                return Ok(applied);
            }
            match self.write(&live, &wanted, &ours).await? {
                Written::Stale => {}
                Written::Done => applied = Applied::Changed,
                Written::Busy(error) if attempt == ATTEMPTS => return Err(error),
                Written::Busy(_) => tokio::time::sleep(SETTLE).await,
                Written::Open(error) => {
                    tracing::warn!(%error, "the gateway broke off in the middle of a change; it is read back");
                    applied = Applied::Changed;
                }
            }
            live = self.live_again().await?;
            if live.serves(&wanted) {
                return Ok(Applied::Changed);
            }
        }
        Err(GatewayError::Away {
            doing: "changing the gateway's configuration",
            reason: format!(
                "it was different again after each of {ATTEMPTS} attempts: somebody else keeps changing it"
            ),
        })
    }

    async fn read_back(&self) -> Result<BTreeMap<ProjectId, RouteSeen>, GatewayError> {
        Ok(read::routes(&self.live().await?.config["apps"]))
    }

    async fn reach(
        &self,
        id: &ProjectId,
        host: Option<&Hostname>,
        path: &str,
    ) -> Result<Reached, GatewayError> {
        match host {
            Some(host) => self.edge.https(host, path, &self.trust(host).await?).await,
            None => self.edge.http(id, path).await,
        }
    }

    async fn certificate(&self, host: &Hostname) -> CertificateState {
        let (own, seen) = tokio::join!(self.own.one(host), self.edge.certificate(host));
        let issued = self.settings.render.issuer.source();
        let (source, fault) = match own {
            Own::Good(_) => (CertificateSource::Own, None),
            Own::Bad(fault) => (issued, Some(fault)),
            Own::None => (issued, None),
        };
        CertificateState { source, seen, fault }
    }

    async fn root_certificate(&self) -> Result<Option<String>, GatewayError> {
        if self.settings.render.issuer != Issuer::Internal {
            return Ok(None);
        }
        self.root.get(&self.admin).await.map(Some)
    }
}

/// Caddy 2.6 writes a certificate in place; a change in that moment finds half of it and is refused as a whole.
fn is_half_written(answer: &Answer) -> bool {
    answer.error().contains("caching certificate")
}

pub(crate) fn away(doing: &'static str, error: &AdminError) -> GatewayError {
    GatewayError::Away { doing, reason: error.to_string() }
}
