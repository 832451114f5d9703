//! Facts about every gateway: whose request goes where, what a change may not disturb, and what a client sees while
//! nobody listens.

mod changes;
mod policies;
mod routing;

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use model::{EdgePolicy, Hostname, ProjectId};
use tokio::time::Instant;

use crate::ports::gateway::{Gateway, Route, RouteTable, RouteTarget};
use crate::testing::gateway::{Answer, Ask};

/// Time-out of a request through the gateway.
pub const ANSWER: Duration = Duration::from_secs(20);

/// A gateway under test, not configured yet, and the world around it.
#[async_trait]
pub trait GatewayFixture: Send + Sync {
    /// The gateway.
    fn gateway(&self) -> &dyn Gateway;

    /// An address where nobody listens yet.
    async fn fresh_address(&self) -> SocketAddr;

    /// From now on an upstream of this name listens there, until the fixture is dropped. It answers as
    /// [`Answer::body`] says.
    async fn listen(&self, address: SocketAddr, name: &str);

    /// Asks the gateway as a client on this machine; the error is why the connection came to nothing.
    async fn ask(&self, ask: Ask) -> Result<Answer, String>;

    /// Puts configuration that is not ours beside ours.
    async fn plant_foreign(&self);

    /// Whether that is there exactly as it was planted, and works.
    async fn foreign_is_intact(&self) -> bool;
}

/// Checks every fact, each on a gateway of its own.
pub async fn run<F: GatewayFixture>(fresh: impl AsyncFn() -> F) {
    routing::hostnames_and_aliases_lead_to_their_project(&fresh().await).await;
    routing::the_header_never_overrides_a_name(&fresh().await).await;
    routing::the_header_counts_for_unknown_hosts(&fresh().await).await;
    routing::the_header_counts_for_nothing_when_off(&fresh().await).await;
    routing::http_of_a_known_name_is_redirected(&fresh().await).await;
    routing::what_is_unknown_gets_nothing(&fresh().await).await;
    routing::blocked_paths_are_not_there(&fresh().await).await;
    routing::a_request_has_one_id_everywhere(&fresh().await).await;
    routing::an_instance_is_not_lied_to(&fresh().await).await;
    policies::a_denied_address_is_turned_away(&fresh().await).await;
    policies::who_is_on_no_list_of_the_allowed_is_turned_away(&fresh().await).await;
    policies::a_body_has_the_size_that_its_project_says(&fresh().await).await;
    policies::a_project_blocks_paths_beside_those_of_the_fleet(&fresh().await).await;
    policies::headers_are_added_to_every_answer(&fresh().await).await;
    policies::a_client_behind_a_trusted_proxy_is_judged_by_its_own_address(&fresh().await).await;
    policies::nobody_else_is_believed(&fresh().await).await;
    changes::an_equal_table_is_not_applied_again(&fresh().await).await;
    changes::read_back_is_what_was_applied(&fresh().await).await;
    changes::a_rejected_table_leaves_the_old_one_serving(&fresh().await).await;
    changes::a_removed_project_has_no_route(&fresh().await).await;
    changes::a_declared_stop_shows_the_maintenance_page(&fresh().await).await;
    changes::a_request_is_held_until_the_instance_listens(&fresh().await).await;
    changes::a_hold_ends_with_the_maintenance_page(&fresh().await).await;
    changes::foreign_configuration_is_left_alone(&fresh().await).await;
    changes::reach_and_certificate_tell_what_a_client_would_see(&fresh().await).await;
}

/// A table of `(project, hostname or "", aliases)`, each to the maintenance page, with a hold of 4 s.
pub fn table(projects: &[(&str, &str, &[&str])]) -> RouteTable {
    let route = |(id, hostname, aliases): &(&str, &str, &[&str])| {
        let hostname = (!hostname.is_empty()).then(|| name(hostname));
        let aliases = aliases.iter().copied().map(name).collect();
        let (target, hold, edge) = (RouteTarget::Maintenance, Duration::from_secs(4), EdgePolicy::default());
        (project(id), Route { hostname, aliases, target, hold, edge })
    };
    RouteTable { routes: projects.iter().map(route).collect(), ..RouteTable::default() }
}

fn project(id: &str) -> ProjectId {
    id.parse().unwrap()
}

fn name(host: &str) -> Hostname {
    host.parse().unwrap()
}

/// The same table with an upstream, named as the project, listening for every project.
async fn serving(fixture: &impl GatewayFixture, mut table: RouteTable) -> RouteTable {
    for (id, route) in &mut table.routes {
        let address = fixture.fresh_address().await;
        fixture.listen(address, id.as_str()).await;
        route.target = RouteTarget::Upstream(address);
    }
    table
}

async fn applied(fixture: &impl GatewayFixture, table: &RouteTable) {
    fixture
        .gateway()
        .apply(table)
        .await
        .unwrap_or_else(|error| panic!("a good table was not applied: {error}"));
}

/// The first answer; a certificate or a listener may be under way for a moment, so a connection is tried for 10 s.
async fn asked(fixture: &impl GatewayFixture, ask: Ask) -> Answer {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match fixture.ask(ask.clone()).await {
            Ok(answer) => return answer,
            Err(reason) if Instant::now() > deadline => panic!("no answer to {ask:?}: {reason}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(25)).await,
        }
    }
}

/// Who answered.
fn by(answer: &Answer) -> &str {
    answer.body.lines().next().unwrap_or_default()
}

/// A header as the upstream got it; every one of that name, joined.
fn got(answer: &Answer, header: &str) -> String {
    let prefix = format!("{header}: ");
    answer.body.lines().filter_map(|line| line.strip_prefix(&prefix)).collect::<Vec<_>>().join(", ")
}

fn is_maintenance(answer: &Answer) -> bool {
    answer.status == 503
        && answer.headers.get("retry-after").is_some_and(|after| after.parse::<u32>().is_ok())
        && answer.headers.get("cache-control").is_some_and(|cache| cache == "no-store")
        && answer.body.contains("Back in a moment")
}
