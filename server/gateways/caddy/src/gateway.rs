//! The port, over the admin API.

mod change;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::gateway::{
    CertificateState, Gateway, GatewayError, GatewayInfo, Reached, RootCertificate, RouteSeen, RouteTable,
    Served,
};
use model::{CertificateSource, Hostname, ProjectId};
use tokio::sync::Mutex;

use crate::admin::{AdminClient, away};
use crate::edge::Edge;
use crate::features::{CaddyFeatures, LastFeatures};
use crate::live::Live;
use crate::own::{Own, OwnFolder};
use crate::public_roots::PublicRoots;
use crate::render::Cache;
use crate::root::RootSource;
use crate::settings::{CaddySettings, Issuer};
use crate::trust::Trust;

/// A running Caddy, driven by its admin API. Applies of one value take turns.
#[derive(Debug)]
pub struct CaddyGateway {
    settings: CaddySettings,
    admin: AdminClient,
    edge: Edge,
    root: RootSource,
    public_roots: PublicRoots,
    own: OwnFolder,
    features: LastFeatures,
    /// The configuration as it was read last. It may be another one by now, which Caddy notices at a change.
    last: std::sync::Mutex<Option<Arc<Live>>>,
    /// The turn of an apply, and the routes that it rendered.
    turn: Mutex<Cache>,
    /// Whether it has served a table of ours. Before that, nothing asks for its root certificate: Caddy 2.6 makes an authority
    /// for the answer, and another one for the first configuration where both happen at once.
    served: AtomicBool,
}

impl CaddyGateway {
    /// A gateway over the Caddy at `settings.admin`. Nothing is asked of it yet.
    pub fn new(settings: CaddySettings) -> Self {
        let admin = AdminClient::new(settings.admin.clone());
        let edge = Edge::new(settings.render.http, settings.render.https);
        let root = RootSource::new(settings.root_file.clone());
        let own = OwnFolder::new(settings.certificates.as_deref());
        let (features, last) = (LastFeatures::default(), std::sync::Mutex::default());
        Self {
            settings,
            admin,
            edge,
            root,
            public_roots: PublicRoots::default(),
            own,
            features,
            last,
            turn: Mutex::default(),
            served: AtomicBool::new(false),
        }
    }

    /// Says why this Caddy does not run, or that it does: whoever asks for it meanwhile is told the reason.
    pub fn absent(&self, reason: Option<String>) {
        self.admin.absent(reason);
    }

    /// Whose certificate is believed under a name.
    async fn trust(&self, host: &Hostname) -> Result<Trust, GatewayError> {
        if let Own::Good(own) = self.own.one(host).await {
            return Ok(Trust::Exactly(own.leaf));
        }
        match &self.settings.render.issuer {
            Issuer::Acme(acme) if acme.is_trial() => Ok(Trust::AnyIssuer),
            Issuer::Acme(acme) => {
                let further = acme.roots.as_ref().map(|roots| roots.pem.clone());
                Ok(Trust::Public(self.public_roots.get().await, further))
            }
            Issuer::Internal => Ok(Trust::Only(self.root.get(&self.admin).await?)),
        }
    }

    /// Asks what this Caddy can do, and keeps the answer.
    async fn ask_features(&self) -> Result<CaddyFeatures, GatewayError> {
        let features = CaddyFeatures::of(&self.admin)
            .await
            .map_err(|error| away("asking the gateway what it can do", &error))?;
        self.features.set(features);
        Ok(features)
    }
}

impl CaddyGateway {
    /// Reads the root certificate of the internal issuer, where it is that one's.
    async fn learn_root(&self) {
        if self.settings.render.issuer == Issuer::Internal
            && let Err(error) = self.root.refresh(&self.admin).await
        {
            tracing::debug!(%error, "the root certificate of the gateway is not known yet");
        }
    }
}

#[async_trait]
impl Gateway for CaddyGateway {
    async fn probe(&self) -> Result<GatewayInfo, GatewayError> {
        let features = self.ask_features().await?;
        if self.served.load(Ordering::Acquire) {
            self.learn_root().await;
        }
        Ok(GatewayInfo {
            name: self.settings.name.clone().unwrap_or_else(|| "Caddy".into()),
            missing: features.missing().into_iter().chain(self.own.fault().await).collect(),
            limits_rates: features.rate_limit,
            knows_clients: features.client_ip,
        })
    }

    async fn apply(&self, table: &RouteTable) -> Result<Served, GatewayError> {
        let mut cache = self.turn.lock().await;
        let known = self.features.get();
        let features = match known {
            Some(features) => features,
            None => self.ask_features().await?,
        };
        let outcome = match self.bring(table, features, &mut cache).await {
            // perhaps it was started anew since it was asked, as another version
            Err(refused @ GatewayError::Rejected { .. }) if known.is_some() => {
                let now = self.ask_features().await?;
                if now == features { Err(refused) } else { self.bring(table, now, &mut cache).await }
            }
            outcome => outcome,
        };
        if outcome.is_ok() && !self.served.swap(true, Ordering::AcqRel) {
            self.learn_root().await;
        }
        outcome
    }

    async fn read_back(&self) -> Result<BTreeMap<ProjectId, RouteSeen>, GatewayError> {
        let routes = self.live(None).await?.routes.clone();
        if !routes.is_empty() {
            self.served.store(true, Ordering::Release); // an earlier control plane's table
        }
        Ok(routes)
    }

    async fn reach(
        &self,
        id: &ProjectId,
        host: Option<&Hostname>,
        path: &str,
        within: Duration,
    ) -> Result<Reached, GatewayError> {
        let Some(host) = host else { return self.edge.http(id, path, within).await };
        let trust = self.trust(host).await?;
        let reached = self.edge.https(host, path, &trust, within).await;
        let (Err(error), Trust::Only(root)) = (&reached, &trust) else { return reached };
        tracing::debug!(%error, "reading the root certificate of the gateway again");
        let now = self.root.refresh(&self.admin).await?;
        if now == *root { reached } else { self.edge.https(host, path, &Trust::Only(now), within).await }
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

    fn root_certificate(&self) -> RootCertificate {
        if self.settings.render.issuer != Issuer::Internal {
            return RootCertificate::Public;
        }
        self.root.known().map_or(RootCertificate::Unknown, RootCertificate::Internal)
    }
}
