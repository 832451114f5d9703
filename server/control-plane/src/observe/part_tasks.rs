//! Observes the parts, each in a task of its own, so that a part that hangs delays no other. The tasks change nothing, and run
//! whether or not this process holds the engine lock.

use std::collections::BTreeMap;
use std::time::Duration;

use model::fleet::PartKind;
use model::{DatabaseName, DatabaseServerName, Hint, MissingGrant, Observed, Weight};
use tokio_util::sync::CancellationToken;

use super::PartReport;
use crate::ports::Failure;
use crate::ports::postgres_host::{DatabaseHost, DatabaseReport, PostgresError, PostgresInfo};
use crate::tasks::Schedule;
use crate::{Inner, Result};

/// How long a part may take to answer before it counts as unavailable.
const ANSWER: Duration = Duration::from_secs(25);
/// The same for the parts on this machine: the driver and the gateway.
const LOCAL_ANSWER: Duration = Duration::from_secs(10);
/// Maximum duration of a run, longer than every limit within it.
const DEADLINE: Duration = Duration::from_secs(80);

/// Observes all parts until `stop`.
pub(crate) async fn run(inner: &Inner, stop: &CancellationToken) {
    let servers = inner.ports.postgres.all().iter().map(|host| {
        inner.tasks.keep(schedule(inner, server_task(&host.name)), stop, move || observe_server(inner, host))
    });
    tokio::join!(
        futures::future::join_all(servers),
        inner.tasks.keep(schedule(inner, PartKind::Driver.to_string()), stop, || observe_driver(inner)),
        inner.tasks.keep(schedule(inner, PartKind::Gateway.to_string()), stop, || observe_gateway(inner)),
        inner.tasks.keep(schedule(inner, PartKind::Secrets.to_string()), stop, || observe_secrets(inner)),
    );
}

/// Observes every part once, concurrently.
pub(crate) async fn once(inner: &Inner) {
    let servers = inner.ports.postgres.all().iter().map(|host| observe_server(inner, host));
    let _ = tokio::join!(
        futures::future::join_all(servers),
        observe_driver(inner),
        observe_gateway(inner),
        observe_secrets(inner)
    );
}

/// The names of the tasks that observe parts.
pub(crate) fn names(inner: &Inner) -> Vec<String> {
    let servers = inner.ports.postgres.all().iter().map(|host| server_task(&host.name));
    let parts = [PartKind::Driver, PartKind::Gateway, PartKind::Secrets].map(|kind| kind.to_string());
    servers.chain(parts).collect()
}

fn server_task(name: &DatabaseServerName) -> String {
    format!("{} {name}", PartKind::Postgres)
}

fn schedule(inner: &Inner, name: String) -> Schedule {
    Schedule::new(name, inner.settings.sweep, DEADLINE)
}

/// A part that did not answer in time.
#[derive(Debug, thiserror::Error)]
#[error("{part} did not answer within {} s", limit.as_secs())]
struct PartTimeout {
    part: PartKind,
    limit: Duration,
}

impl Failure for PartTimeout {
    fn is_transient(&self) -> bool {
        true
    }

    fn problem(&self) -> model::Problem {
        model::Problem::unavailable(
            self.part.as_str(),
            format!("It did not answer within {} s.", self.limit.as_secs()),
        )
    }
}

/// Stores the report of a part, or that it did not answer in time. Sends a hint if its availability has changed.
async fn note<T, E: Failure>(
    inner: &Inner,
    part: PartKind,
    limit: Duration,
    probe: impl Future<Output = Result<T, E>>,
    report: impl FnOnce(T) -> PartReport,
) {
    let has_moved = match tokio::time::timeout(limit, probe).await {
        Ok(answer) => inner.observations.set_part(part, None, answer.map(report)),
        Err(_) => inner.observations.set_part(part, None, Err(PartTimeout { part, limit })),
    };
    if has_moved {
        inner.live.send(Hint::Parts);
    }
}

async fn observe_driver(inner: &Inner) -> Result<()> {
    let probe = inner.ports.driver.probe();
    let report =
        |info: crate::ports::driver::DriverInfo| PartReport { name: info.name, missing: info.missing };
    note(inner, PartKind::Driver, LOCAL_ANSWER, probe, report).await;
    Ok(())
}

async fn observe_secrets(inner: &Inner) -> Result<()> {
    note(inner, PartKind::Secrets, ANSWER, inner.ports.secrets.probe(), PartReport::from).await;
    Ok(())
}

async fn observe_gateway(inner: &Inner) -> Result<()> {
    let (gateway, start) = (&inner.ports.gateway, inner.observations.begin_read());
    let report = |info: crate::ports::gateway::GatewayInfo| {
        inner.observations.set_limits_rates(info.limits_rates);
        PartReport { name: info.name, missing: info.missing }
    };
    let routes = tokio::time::timeout(LOCAL_ANSWER, gateway.read_back());
    let ((), routes) =
        tokio::join!(note(inner, PartKind::Gateway, LOCAL_ANSWER, gateway.probe(), report), routes);
    let routes = routes.ok().and_then(Result::ok).map_or(Observed::Unknown, Observed::Present);
    inner.observations.end_routes(start, routes);
    Ok(())
}

type DatabaseReports = Result<BTreeMap<DatabaseName, DatabaseReport>, PostgresError>;

/// Observes one database server and its databases.
async fn observe_server(inner: &Inner, host: &DatabaseHost) -> Result<()> {
    let start = inner.observations.begin_read();
    let (info, databases): (Result<PostgresInfo, PostgresError>, DatabaseReports) =
        tokio::join!(host.host.probe(), host.host.databases());
    inner.observations.end_databases(
        start,
        &host.name,
        databases.map_or(Observed::Unknown, Observed::Present),
    );
    if let Ok(info) = &info {
        super::server_info::note(inner, host, info);
    }
    let server = inner.ports.postgres.are_several().then_some(&host.name);
    let report = info.map(|info| {
        let tells = |grant: &MissingGrant| grant.weight != Weight::Asked;
        let missing = info.missing_grants.into_iter().filter(tells).map(|grant| grant.text).collect();
        PartReport { name: info.name, missing }
    });
    if inner.observations.set_part(PartKind::Postgres, server, report) {
        inner.live.send(Hint::Parts);
    }
    Ok(())
}
