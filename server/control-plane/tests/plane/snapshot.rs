//! What is shown of the whole fleet costs no query, and is not older than what was written.

use crate::support::world::id;
use crate::support::{World, eventually, ines};

#[tokio::test]
async fn a_look_at_the_fleet_asks_the_registry_nothing() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let () = eventually("the rows are known", async || {
        let mut locked = world.database.begin().await;
        // every query on these would wait until the lock is let go of, or be refused after 5 s
        sqlx::query("lock table projects, fleet in access exclusive mode")
            .execute(&mut *locked)
            .await
            .unwrap();
        let look = async {
            for _ in 0..50 {
                assert_eq!(plane.fleet().get(&ines()).await.unwrap().projects.len(), 1);
            }
        };
        let answer = tokio::time::timeout(std::time::Duration::from_millis(400), look).await.ok();
        locked.rollback().await.unwrap();
        answer
    })
    .await;
}

#[tokio::test]
async fn what_was_written_is_shown_at_once() {
    let world = World::new().await;
    let plane = world.start().await;
    for number in 0..20 {
        let name = format!("shop-{number}");
        plane.projects().create(&ines(), world.draft(&name), None).await.unwrap();
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        assert!(fleet.projects.iter().any(|project| project.id == id(&name)), "{name}");
    }
}

#[tokio::test]
async fn what_somebody_writes_by_sql_is_shown() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.database.sql("update projects set display_name = 'By SQL' where id = 'shop'").await.unwrap();
    eventually("the name is shown", async || {
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        (fleet.projects[0].display_name == "By SQL").then_some(())
    })
    .await;
}
