//! Looking at the parts, each in a task of its own: a part that hangs delays the look at no other. They run whether or not this
//! process holds the engine lock, for they change nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use model::fleet::PartKind;
use model::state::DatabaseSeen;
use model::{DatabaseName, DatabaseServerName, Finding, Hint, Observed, Weight};
use tokio_util::sync::CancellationToken;

use super::PartSaid;
use crate::ports::Failure;
use crate::ports::postgres_host::{DatabaseHost, PostgresError, PostgresInfo};
use crate::tasks::Plan;
use crate::{Inner, Result};

/// How long a part may take to answer before it counts as away.
const ANSWER: Duration = Duration::from_secs(25);
/// The same for what runs on this machine: the driver and the gateway.
const LOCAL_ANSWER: Duration = Duration::from_secs(10);
/// Beyond every limit within a run.
const DEADLINE: Duration = Duration::from_secs(80);

/// Looks at all parts until `stop`.
pub(crate) async fn run(inner: &Inner, stop: &CancellationToken) {
    let servers = inner.ports.postgres.all().iter().map(|host| {
        inner.tasks.keep(plan(inner, server_task(&host.name)), stop, move || look_at_server(inner, host))
    });
    tokio::join!(
        futures::future::join_all(servers),
        inner.tasks.keep(plan(inner, PartKind::Driver.to_string()), stop, || look_at_driver(inner)),
        inner.tasks.keep(plan(inner, PartKind::Gateway.to_string()), stop, || look_at_gateway(inner)),
        inner.tasks.keep(plan(inner, PartKind::Secrets.to_string()), stop, || look_at_secrets(inner)),
    );
}

/// Looks at every part once, side by side.
pub(crate) async fn once(inner: &Inner) {
    let servers = inner.ports.postgres.all().iter().map(|host| look_at_server(inner, host));
    let _ = tokio::join!(
        futures::future::join_all(servers),
        look_at_driver(inner),
        look_at_gateway(inner),
        look_at_secrets(inner)
    );
}

/// The names of the tasks that look at parts.
pub(crate) fn names(inner: &Inner) -> Vec<String> {
    let servers = inner.ports.postgres.all().iter().map(|host| server_task(&host.name));
    let parts = [PartKind::Driver, PartKind::Gateway, PartKind::Secrets].map(|kind| kind.to_string());
    servers.chain(parts).collect()
}

fn server_task(name: &DatabaseServerName) -> String {
    format!("{} {name}", PartKind::Postgres)
}

fn plan(inner: &Inner, name: String) -> Plan {
    Plan::new(name, inner.settings.sweep, DEADLINE)
}

/// A part that did not answer in time.
#[derive(Debug, thiserror::Error)]
#[error("{part} did not answer within {} s", limit.as_secs())]
struct Silent {
    part: PartKind,
    limit: Duration,
}

impl Failure for Silent {
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

/// Keeps what a part said, or that it said nothing in time. Pages are told when it went away or came back.
async fn note<T, E: Failure>(
    inner: &Inner,
    part: PartKind,
    limit: Duration,
    probe: impl Future<Output = Result<T, E>>,
    said: impl FnOnce(T) -> PartSaid,
) {
    let moved = match tokio::time::timeout(limit, probe).await {
        Ok(answer) => inner.observations.set_part(part, None, answer.map(said)),
        Err(_) => inner.observations.set_part(part, None, Err(Silent { part, limit })),
    };
    if moved {
        inner.live.send(Hint::Parts);
    }
}

async fn look_at_driver(inner: &Inner) -> Result<()> {
    let probe = inner.ports.driver.probe();
    let said = |info: crate::ports::driver::DriverInfo| PartSaid { name: info.name, missing: info.missing };
    note(inner, PartKind::Driver, LOCAL_ANSWER, probe, said).await;
    Ok(())
}

async fn look_at_secrets(inner: &Inner) -> Result<()> {
    note(inner, PartKind::Secrets, ANSWER, inner.ports.secrets.probe(), PartSaid::from).await;
    Ok(())
}

async fn look_at_gateway(inner: &Inner) -> Result<()> {
    let (gateway, look) = (&inner.ports.gateway, inner.observations.begin_look());
    let said = |info: crate::ports::gateway::GatewayInfo| {
        inner.observations.set_limits_rates(info.limits_rates);
        PartSaid { name: info.name, missing: info.missing }
    };
    let routes = tokio::time::timeout(LOCAL_ANSWER, gateway.read_back());
    let ((), routes) =
        tokio::join!(note(inner, PartKind::Gateway, LOCAL_ANSWER, gateway.probe(), said), routes);
    let routes = routes.ok().and_then(Result::ok).map_or(Observed::Unknown, Observed::Present);
    inner.observations.end_routes(look, routes);
    Ok(())
}

type Held = Result<BTreeMap<DatabaseName, DatabaseSeen>, PostgresError>;

/// What one database server says of itself, and what it holds.
async fn look_at_server(inner: &Inner, host: &DatabaseHost) -> Result<()> {
    let look = inner.observations.begin_look();
    let (said, held): (Result<PostgresInfo, PostgresError>, Held) =
        tokio::join!(host.host.probe(), host.host.databases());
    inner.observations.end_databases(look, &host.name, held.map_or(Observed::Unknown, Observed::Present));
    if let Ok(info) = &said {
        super::server_info::note(inner, host, info);
    }
    let server = inner.ports.postgres.are_several().then_some(&host.name);
    let said = said.map(|info| {
        let tells = |finding: &Finding| finding.weight != Weight::Asked;
        let missing = info.findings.into_iter().filter(tells).map(|finding| finding.text).collect();
        PartSaid { name: info.name, missing }
    });
    if inner.observations.set_part(PartKind::Postgres, server, said) {
        inner.live.send(Hint::Parts);
    }
    Ok(())
}
