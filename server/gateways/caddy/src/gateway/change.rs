//! Bringing a table to a running Caddy: one write, on the condition that nothing was changed meanwhile, and one look at
//! what came of it.
//!
//! What was read last is taken for what is there, so a change begins with the write; Caddy refuses it by the `ETag` when
//! somebody else was at it, and only then everything is read and parsed. Parsing, merging and comparing megabytes happens
//! off the threads that serve requests.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use control_plane::ports::gateway::{Applied, GatewayError, RouteTable, Served};
use http::{Method, StatusCode};
use tokio::time::Instant;

use super::CaddyGateway;
use crate::admin::{AdminError, Answer, Ask, away};
use crate::features::CaddyFeatures;
use crate::live::{Live, Wanted};
use crate::render::{self, Cache};
use crate::rendered::Rendered;
use crate::{blame, taken};

const READING: &str = "reading the gateway's configuration";
/// How often a change is tried while others change the configuration at the same time.
const ATTEMPTS: u32 = 8;
/// How long the admin API may be away after it broke off in the middle of a change.
const RESTART: Duration = Duration::from_secs(3);
/// How long a certificate may take to be written.
const SETTLE: Duration = Duration::from_millis(100);

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

/// A rendered table, merged into a configuration as it was read.
pub(super) struct TableChange {
    rendered: Arc<Rendered>,
    wanted: Wanted,
    /// Whether nothing has to be written.
    is_served: bool,
}

impl TableChange {
    async fn of(live: &Arc<Live>, rendered: &Arc<Rendered>) -> Result<Self, GatewayError> {
        let (live, rendered) = (Arc::clone(live), Arc::clone(rendered));
        blocking(move || {
            let wanted = Wanted::of(&live.rest, &rendered);
            Self { is_served: live.serves(&wanted), wanted, rendered }
        })
        .await
    }
}

/// Work over the whole configuration, which may be megabytes, off the threads that serve requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, GatewayError> {
    let stopped = |error: tokio::task::JoinError| GatewayError::Away {
        doing: "working on the gateway's configuration",
        reason: error.to_string(),
    };
    tokio::task::spawn_blocking(work).await.map_err(stopped)
}

fn kept_changing() -> GatewayError {
    GatewayError::Away {
        doing: "changing the gateway's configuration",
        reason: format!(
            "it was different again after each of {ATTEMPTS} attempts: somebody else keeps changing it"
        ),
    }
}

impl CaddyGateway {
    fn last(&self) -> Option<Arc<Live>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The configuration as it is. It is parsed only when it is neither the last one nor the `expected` one.
    pub(super) async fn live(&self, expected: Option<&TableChange>) -> Result<Arc<Live>, GatewayError> {
        let answer = self.admin.get("/config/").await.map_err(|e| away(READING, &e))?;
        if !answer.status.is_success() {
            return Err(GatewayError::Away { doing: READING, reason: answer.error() });
        }
        let unreadable = |reason: String| GatewayError::Away { doing: READING, reason };
        let no_etag = || unreadable("the answer has no ETag; Caddy 2.6 or newer is needed".into());
        let (etag, text) = (answer.etag.ok_or_else(no_etag)?, answer.body);
        if let Some(last) = self.last().filter(|last| last.is(&etag, &text)) {
            return Ok(last);
        }
        let read = expected.and_then(|change| Live::expected(&etag, &text, &change.wanted, &change.rendered));
        let live = match read {
            Some(live) => live,
            None => {
                blocking(move || Live::parse(etag, text)).await?.map_err(|e| unreadable(e.to_string()))?
            }
        };
        let live = Arc::new(live);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&live));
        Ok(live)
    }

    /// Like [`Self::live`], while the admin listener may be restarting.
    async fn live_again(&self, expected: &TableChange) -> Result<Arc<Live>, GatewayError> {
        let deadline = Instant::now() + RESTART;
        loop {
            match self.live(Some(expected)).await {
                Err(_) if Instant::now() < deadline => tokio::time::sleep(Duration::from_millis(50)).await,
                result => return result,
            }
        }
    }

    /// One write, on the condition that nothing was changed since `live` was read.
    async fn write(&self, live: &Live, change: &TableChange) -> Result<Written, GatewayError> {
        let TableChange { wanted, rendered, .. } = change;
        let (path, body) = if live.rest.is_object() {
            ("/config/apps", wanted.apps.clone())
        } else {
            ("/config/", wanted.whole.clone())
        };
        let ask = Ask {
            if_match: Some(&live.etag),
            content_type: Some("application/json"),
            body,
            ..Ask::new(Method::POST, path)
        };
        match self.admin.send(ask).await {
            Ok(answer) if answer.status.is_success() => Ok(Written::Done),
            Ok(answer) if answer.status == StatusCode::PRECONDITION_FAILED => Ok(Written::Stale),
            Ok(answer) if is_half_written(&answer) => Ok(Written::Busy(self.refused(&answer, rendered))),
            Ok(answer) => Err(self.refused(&answer, rendered)),
            Err(error) if error.is_open() => Ok(Written::Open(error)),
            Err(error) => Err(away("changing the gateway's configuration", &error)),
        }
    }

    fn refused(&self, answer: &Answer, rendered: &Rendered) -> GatewayError {
        let reason = answer.error();
        if answer.status == StatusCode::FORBIDDEN {
            return GatewayError::Away { doing: "changing the gateway's configuration", reason };
        }
        let project = blame::project(&reason, rendered);
        let render = &self.settings.render;
        GatewayError::Rejected { project, reason: taken::name_holder(reason, &[render.http, render.https]) }
    }

    async fn render(
        &self,
        table: &RouteTable,
        features: CaddyFeatures,
        cache: &mut Cache,
    ) -> Result<Arc<Rendered>, GatewayError> {
        let own = self.own.all(table.names().cloned().collect()).await;
        let (table, settings) = (table.clone(), self.settings.render.clone());
        let mut taken = std::mem::take(cache);
        let (rendered, kept) = blocking(move || {
            let rendered = render::rendered(&table, &settings, features, &own, &mut taken);
            (rendered, taken)
        })
        .await?;
        *cache = kept;
        Ok(Arc::new(rendered))
    }

    /// Brings a table to the gateway. What was read last is taken for what is there: Caddy refuses the change when it is
    /// not, and it is read again.
    pub(super) async fn bring(
        &self,
        table: &RouteTable,
        features: CaddyFeatures,
        cache: &mut Cache,
    ) -> Result<Served, GatewayError> {
        let rendered = self.render(table, features, cache).await?;
        let (mut live, mut is_fresh) = match self.last() {
            Some(last) => (last, false),
            None => (self.live(None).await?, true),
        };
        let (mut applied, mut attempts) = (Applied::Unchanged, 0);
        loop {
            let change = TableChange::of(&live, &rendered).await?;
            if change.is_served && is_fresh {
                return Ok(Served { applied, routes: live.routes.clone() });
            }
            if change.is_served {
                (live, is_fresh) = (self.live(None).await?, true);
                continue;
            }
            if attempts == ATTEMPTS {
                return Err(kept_changing());
            }
            attempts += 1;
            match self.write(&live, &change).await? {
                Written::Stale => {}
                Written::Done => applied = Applied::Changed,
                Written::Busy(error) if attempts == ATTEMPTS => return Err(error),
                Written::Busy(_) => tokio::time::sleep(SETTLE).await,
                Written::Open(error) => {
                    tracing::warn!(%error, "the gateway broke off in the middle of a change; it is read back");
                    applied = Applied::Changed;
                }
            }
            (live, is_fresh) = (self.live_again(&change).await?, true);
        }
    }
}

/// Caddy 2.6 writes a certificate in place; a change in that moment finds half of it and is refused as a whole.
fn is_half_written(answer: &Answer) -> bool {
    answer.error().contains("caching certificate")
}
