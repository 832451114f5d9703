//! The upstream ports of projects: pairs that never overlap, whatever the range was before.

use control_plane::Settings;

use crate::support::world::id;
use crate::support::{World, ines};

async fn ports(world: &World) -> Vec<i64> {
    let all =
        world.database.text("select string_agg(port_base::text, ',' order by port_base) from projects").await;
    all.split(',').map(|port| port.parse().unwrap()).collect()
}

#[tokio::test]
async fn a_range_that_was_moved_by_an_odd_number_gives_no_port_twice() {
    let world = World::new().await;
    let (first, last) = world.settings().upstream_ports;
    let plane = world.plane().await;
    plane.projects().create(&ines(), world.draft("one"), None).await.unwrap();
    let settings = Settings { upstream_ports: (first + 1, last), ..world.settings() };
    let moved = world.start_with(settings).await;
    moved.projects().create(&ines(), world.draft("two"), None).await.unwrap();
    let ports = ports(&world).await;
    assert_eq!(ports, [i64::from(first), i64::from(first) + 3]);
    let overlap = format!("update projects set port_base = {} where id = 'two'", first + 1);
    let refused = world.database.sql(&overlap).await.unwrap_err();
    assert!(refused.to_string().contains("projects_ports"), "{refused}");
}

#[tokio::test]
async fn a_project_moves_to_a_pair_without_the_ports_that_others_hold() {
    let world = World::new().await;
    let plane = world.plane().await;
    for project in ["one", "two"] {
        plane.projects().create(&ines(), world.draft(project), None).await.unwrap();
    }
    let (first, last) = world.settings().upstream_ports;
    world.database.sql("update projects set slot = 1 where id = 'one'").await.unwrap();
    let mut change = plane.registry().change(&ines()).await.unwrap();
    change.lock_ports().await.unwrap();
    let moved = change.reallocate_ports(&id("one"), (first, last), &[first + 5]).await.unwrap();
    assert_eq!(moved, Some(first + 6));
    let record = change.lock_project(&id("one")).await.unwrap().unwrap();
    assert_eq!((record.port_base, record.slot), (first + 6, 0));
    let everything: Vec<u16> = (first..=last).collect();
    assert_eq!(change.reallocate_ports(&id("one"), (first, last), &everything).await.unwrap(), None);
}
