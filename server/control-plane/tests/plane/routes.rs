//! The route table: a pure function of the registry.

use std::collections::BTreeMap;

use control_plane::gateway::routes::{route, table};
use control_plane::ports::gateway::{Route, RouteTable, RouteTarget};
use control_plane::registry::ProjectRecord;
use model::{DesiredState, EdgePolicy, FleetEdge, ProjectStatus};
use proptest::prelude::*;

use crate::support::record::{running, settings};

/// A second project, at other ports.
fn blog() -> ProjectRecord {
    let mut blog = running();
    blog.project.id = "blog".parse().unwrap();
    blog.project.hostname = None;
    blog.project.aliases = vec!["news.example.test".parse().unwrap()];
    blog.project.upstream = Some("127.0.0.1:4003".into());
    blog
}

#[test]
fn the_table_of_a_small_fleet() {
    let mut shop = running();
    shop.project.aliases = vec!["www.shop.example.test".parse().unwrap()];
    shop.former_hostnames = vec!["old.example.test".parse().unwrap()];
    let hold = settings().hold;
    let expected = RouteTable {
        routes: BTreeMap::from([
            (
                "blog".parse().unwrap(),
                Route {
                    hostname: None,
                    aliases: vec!["news.example.test".parse().unwrap()],
                    target: RouteTarget::Upstream(([127, 0, 0, 1], 4003).into()),
                    hold,
                    edge: EdgePolicy::default(),
                },
            ),
            (
                "shop".parse().unwrap(),
                Route {
                    hostname: Some("shop.example.test".parse().unwrap()),
                    aliases: vec![
                        "www.shop.example.test".parse().unwrap(),
                        "old.example.test".parse().unwrap(),
                    ],
                    target: RouteTarget::Upstream(([127, 0, 0, 1], 4000).into()),
                    hold,
                    edge: EdgePolicy::default(),
                },
            ),
        ]),
        header: settings().header,
        dashboard: settings().dashboard,
        edge: FleetEdge::default(),
    };
    assert_eq!(table(&[shop, blog()], &FleetEdge::default(), &settings()), expected);
}

#[test]
fn a_declared_stop_puts_the_maintenance_page_into_the_route() {
    let mut shop = running();
    shop.project.desired_state = DesiredState::Stopped;
    let route = route(&shop, &settings()).unwrap();
    assert_eq!(route.target, RouteTarget::Maintenance);
    assert_eq!(route.hostname, shop.project.hostname, "visitors see the page under the project's own name");
}

#[test]
fn a_failure_leaves_the_route_to_the_gateway_s_own_wait() {
    let mut shop = running();
    shop.project.status = ProjectStatus::Failed;
    assert_eq!(
        route(&shop, &settings()).unwrap().target,
        RouteTarget::Upstream(([127, 0, 0, 1], 4000).into())
    );
}

#[test]
fn there_is_no_route_before_the_first_instance_was_ready() {
    let mut shop = running();
    shop.project.upstream = None;
    assert_eq!(route(&shop, &settings()), None);
}

#[test]
fn there_is_no_route_while_a_project_is_taken_down() {
    let mut shop = running();
    shop.delete_requested_at = Some(shop.project.created_at);
    assert_eq!(route(&shop, &settings()), None);
}

proptest! {
    #[test]
    fn the_order_of_the_rows_does_not_matter(swapped in any::<bool>(), stopped in any::<bool>()) {
        let mut rows = vec![running(), blog()];
        if stopped {
            rows[0].project.desired_state = DesiredState::Stopped;
        }
        let expected = table(&rows, &FleetEdge::default(), &settings());
        if swapped {
            rows.reverse();
        }
        prop_assert_eq!(table(&rows, &FleetEdge::default(), &settings()), expected);
    }

    #[test]
    fn a_route_has_every_name_of_its_project_once(aliases in 0_usize..4, former in 0_usize..4) {
        let mut shop = running();
        let name = |kind: &str, n: usize| format!("{kind}{n}.example.test").parse().unwrap();
        shop.project.aliases = (0..aliases).map(|n| name("alias", n)).collect();
        shop.former_hostnames = (0..former).map(|n| name("former", n)).collect();
        let route = route(&shop, &settings()).unwrap();
        let names: std::collections::BTreeSet<_> = route.hostname.iter().chain(&route.aliases).collect();
        prop_assert_eq!(names.len(), 1 + aliases + former);
        prop_assert_eq!(1 + route.aliases.len(), names.len());
    }
}
