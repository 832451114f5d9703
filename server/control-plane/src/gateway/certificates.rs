//! Certificates of all hostnames, checked by TLS handshakes: a few at every sweep, those with the oldest check first.
//! Held in memory, like every observation.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use model::{Certificate, Hostname, Observed, ProjectId};
use time::OffsetDateTime;

use super::routes;
use crate::Inner;
use crate::ports::gateway::CertificateState;
use crate::registry::ProjectRecord;
use crate::settings::Settings;
use crate::snapshot::Rows;

/// Handshakes of one sweep, in parallel.
const AT_ONCE: usize = 16;
/// How long a check without a fault is valid; a certificate with a fault is checked at every sweep.
const FRESH: Duration = Duration::from_secs(15);

/// The last check of each hostname.
#[derive(Default)]
pub(crate) struct Certificates(Mutex<HashMap<Hostname, (Instant, CertificateState)>>);

impl Certificates {
    fn lock(&self) -> MutexGuard<'_, HashMap<Hostname, (Instant, CertificateState)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, host: &Hostname) -> Option<CertificateState> {
        self.lock().get(host).map(|(_, state)| state.clone())
    }

    /// Hostnames that are due, the oldest check first. Forgets hostnames that are no longer served.
    fn due(&self, served: &BTreeMap<Hostname, Option<ProjectId>>) -> Vec<Hostname> {
        let mut seen = self.lock();
        seen.retain(|host, _| served.contains_key(host));
        let age = |host: &Hostname| match seen.get(host) {
            None => Some(Duration::MAX),
            Some((at, state)) => {
                let is_well = state.fault.is_none() && state.seen.present().is_some();
                Some(at.elapsed()).filter(|age| !is_well || *age > FRESH)
            }
        };
        let aged = served.keys().filter_map(|host| Some((age(host)?, host.clone())));
        let mut due: Vec<(Duration, Hostname)> = aged.collect();
        due.sort_by_key(|(age, _)| std::cmp::Reverse(*age));
        due.into_iter().map(|(_, host)| host).take(AT_ONCE).collect()
    }
}

/// Every hostname that is served with its project; `None` for the dashboard.
pub(crate) fn served_names<'a>(
    settings: &Settings,
    records: impl IntoIterator<Item = &'a ProjectRecord>,
) -> BTreeMap<Hostname, Option<ProjectId>> {
    let dashboard = settings.dashboard.iter().map(|(name, _)| (name.clone(), None));
    let projects = records.into_iter().filter_map(|record| {
        let route = routes::route(record, settings)?;
        let id = record.project.id.clone();
        Some(route.hostname.into_iter().chain(route.aliases).map(move |host| (host, Some(id.clone()))))
    });
    projects.flatten().chain(dashboard).collect()
}

/// Checks the certificates that are due.
pub(crate) async fn check(inner: &Inner, rows: &Rows) {
    let due = inner.certificates.due(&served_names(&inner.settings, rows.projects()));
    futures::stream::iter(due)
        .for_each_concurrent(AT_ONCE, async |host| {
            let state = inner.ports.gateway.certificate(&host).await;
            inner.certificates.lock().insert(host, (Instant::now(), state));
        })
        .await;
}

/// The certificates of these hostnames, those with alerts first. Hostnames that were not checked yet are omitted.
pub(crate) fn list(inner: &Inner, names: BTreeMap<Hostname, Option<ProjectId>>) -> Vec<Certificate> {
    let now = OffsetDateTime::now_utc();
    let threshold = time::Duration::days(i64::from(inner.settings.certificate_alert_days));
    let known = names.into_iter().filter_map(|(host, project_id)| {
        let CertificateState { source, seen, fault } = inner.certificates.get(&host)?;
        let ends_soon = seen.present().is_some_and(|seen| seen.ends_soon(source, threshold, now));
        let alert = ends_soon || fault.is_some() || seen == Observed::Absent;
        Some(Certificate { host, project_id, source, seen, fault, alert })
    });
    let mut known: Vec<Certificate> = known.collect();
    known.sort_by_key(|certificate| !certificate.alert);
    known
}
