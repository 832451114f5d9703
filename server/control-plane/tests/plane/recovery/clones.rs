//! A clone has the data of its source and nothing else of it, and goes with its database.

use model::{CloneDraft, ExpiryDraft, LimitsDraft, OperationStatus, ProblemKind, ProjectClass};

use super::new_project::nothing_is_left;
use super::{DATABASE, SHOP, rows, shop, upload};
use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

const CLONE: &str = "preview-7";
const CLONE_DATABASE: &str = "proj_preview-7";

fn draft(id: &str) -> CloneDraft {
    CloneDraft { id: id.into(), expires: "2d".into(), ..CloneDraft::default() }
}

#[tokio::test]
async fn a_clone_has_the_data_of_its_source_and_goes_with_its_database_at_its_expiry() {
    let (world, plane) = shop().await;
    let source = plane.project(SHOP).await;
    let plan = plane.clones().plan(&ines(), &id(SHOP)).await.unwrap();
    assert_eq!((plan.source, plan.left_out.len()), (id(SHOP), 0));
    let made = plane.clones().create(&ines(), &id(SHOP), &draft(CLONE)).await.unwrap();
    let made = plane.succeeds(&made).await;
    let note = made.steps[0].note.as_deref().unwrap();
    assert!(note.starts_with("shop took no new connection for at most "), "{note}");

    let clone = plane.project(CLONE).await;
    let origin = clone.origin.clone().unwrap();
    assert!(origin.is_clone() && origin.filled && origin.source == id(SHOP), "{origin:?}");
    let left = origin.expires_at.unwrap() - time::OffsetDateTime::now_utc();
    assert!((47..=48).contains(&left.whole_hours()), "{left}");
    assert_eq!(clone.class, ProjectClass::Development);
    assert_eq!(clone.limits.instance.to_string(), "256 MiB, 0.5 processors, 128 threads");
    assert_eq!(clone.schema_ref, source.schema_ref);
    assert_eq!(world.browse("preview-7.example.test").await, Ok(200));
    let count = "select count(*) || ' ' || sum(hashtext(t::text)) from things t";
    assert_eq!(world.real().text(CLONE_DATABASE, count).await, world.real().text(DATABASE, count).await);
    let owner = "select string_agg(distinct tableowner, ' ') from pg_tables where schemaname = 'public'";
    assert_eq!(world.real().text(CLONE_DATABASE, owner).await, CLONE_DATABASE);
    let copied = world.volumes_dir().join(CLONE).join("media/logo.txt");
    std::fs::write(&copied, "changed in the clone").unwrap();
    assert_eq!(std::fs::read_to_string(upload(&world)).unwrap(), "first");
    world
        .real()
        .sql(CLONE_DATABASE, "alter table things no force row level security; delete from things")
        .await;
    assert_eq!(rows(&world).await, "1000");
    assert_eq!(world.browse("shop.example.test").await, Ok(200), "the source serves again");

    goes_with_its_database(&world, &plane).await;
}

/// The expiry of the clone is changed, and passes.
async fn goes_with_its_database(world: &World, plane: &Running) {
    let longer = ExpiryDraft { expires: "30d".into() };
    let clone = plane.clones().set_expiry(&ines(), &id(CLONE), &longer).await.unwrap();
    assert!(
        clone.origin.unwrap().expires_at.unwrap() - time::OffsetDateTime::now_utc()
            > time::Duration::days(29)
    );
    let refused = plane.clones().set_expiry(&ines(), &id(SHOP), &longer).await.unwrap_err().problem();
    assert_eq!((refused.kind, refused.title.as_str()), (ProblemKind::Conflict, "The project is no clone"));

    let expired = world.database.sql("update project_origins set expires_at = now()").await.unwrap();
    assert_eq!(expired, 1);
    nothing_is_left(world, plane, CLONE).await;
    eventually("the database of the clone is dropped", async || {
        let names = world.real().names().await;
        (names == [DATABASE]).then_some(())
    })
    .await;
    assert!(!world.volumes_dir().join(CLONE).join("media").exists());
    assert!(plane.retained_databases().list(&ines()).await.unwrap().is_empty(), "nothing of it is retained");
    assert_eq!(rows(world).await, "1000");
    // the registry hears of the dropped database a moment after Postgres has dropped it
    let again = eventually("the id is free again", async || {
        plane.clones().create(&ines(), &id(SHOP), &draft(CLONE)).await.ok()
    });
    plane.succeeds(&again.await).await;
}

#[tokio::test]
async fn a_clone_that_is_killed_or_cancelled_leaves_its_source_open() {
    let (world, mut plane) = shop().await;
    let small = CloneDraft {
        limits: LimitsDraft { memory: Some("1 GiB".to_owned().into()), ..LimitsDraft::default() },
        ..draft("killed")
    };
    let made = plane.clones().create(&ines(), &id(SHOP), &small).await.unwrap();
    eventually("the copy runs", async || {
        let operation = plane.operations().get(&ines(), made.id).await.unwrap();
        (operation.status != OperationStatus::Waiting).then_some(())
    })
    .await;
    plane.kill().await;
    plane = world.start().await;
    plane.succeeds(&made).await;
    assert_eq!(plane.project("killed").await.limits.instance.memory.to_string(), "1 GiB");
    assert_eq!(world.real().text("proj_killed", "select count(*) from things").await, "1000");
    let made = plane.clones().create(&ines(), &id(SHOP), &draft("cancelled")).await.unwrap();
    let _ = plane.operations().cancel(&ines(), made.id).await;
    if plane.over(made.id).await.status == OperationStatus::Cancelled {
        nothing_is_left(&world, &plane, "cancelled").await;
    }
    let accepts = "select datallowconn from pg_database where datname = 'proj_shop'";
    assert_eq!(world.real().text("postgres", accepts).await, "true");
    plane.becomes(SHOP, "serves", |shop| shop.observed.facts.ready.present().is_some()).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));

    let wrong = CloneDraft { expires: "1y".into(), ..draft("wrong") };
    let refused = plane.clones().create(&ines(), &id(SHOP), &wrong).await.unwrap_err().problem();
    assert_eq!(refused.errors[0].field, "expires");
    let wrong = CloneDraft { r#ref: "no-such-branch".into(), ..draft("wrong") };
    let refused = plane.clones().create(&ines(), &id(SHOP), &wrong).await.unwrap_err().problem();
    assert_eq!(refused.errors[0].field, "ref");
}
