//! A backup becomes another project, and its own project is not touched.

use control_plane::ports::secret_store::{SecretPath, SecretReader as _};
use model::{Backup, EnvName, EnvValue, Operation, OperationStatus, ProblemKind, RestoreNewDraft, SecretUse};
use secrecy::ExposeSecret as _;

use super::{DATABASE, SHOP, back_up, no_copy_is_left, rows, shop, upload};
use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

const NEW: &str = "shop-copy";
const NEW_DATABASE: &str = "proj_shop-copy";

fn as_new(id: &str) -> RestoreNewDraft {
    RestoreNewDraft { id: id.into(), ..RestoreNewDraft::default() }
}

async fn restore_new(plane: &Running, backup: &Backup, id: &str) -> control_plane::Result<Operation> {
    plane.new_projects().create(&ines(), backup.id, &as_new(id)).await
}

/// Waits until nothing of the new project is left: no row, no database, no role.
pub(super) async fn nothing_is_left(world: &World, plane: &Running, new: &str) {
    eventually("the new project is gone", async || {
        plane.projects().get(&ines(), &id(new)).await.err().map(drop)
    })
    .await;
    no_copy_is_left(world).await;
    let database = format!("proj_{new}");
    assert!(!world.real().names().await.contains(&database), "{:?}", world.real().names().await);
    let roles = format!("select count(*) from pg_roles where rolname = '{database}'");
    eventually("the role is gone", async || {
        (world.real().text("postgres", &roles).await == "0").then_some(())
    })
    .await;
}

/// Gives the source a variable whose value is a secret, and one that is a text.
async fn set_environment(world: &World, plane: &Running) -> (EnvName, EnvName) {
    let (secret, text): (EnvName, EnvName) = ("API_KEY".parse().unwrap(), "SHOP_NAME".parse().unwrap());
    plane
        .secrets()
        .put(&ines(), &id(SHOP), &"API_KEY".parse().unwrap(), "planted".to_owned().into())
        .await
        .unwrap();
    let env = [
        (secret.clone(), EnvValue::Secret(SecretUse { secret: "API_KEY".parse().unwrap() })),
        (text.clone(), EnvValue::Text("Shop".into())),
    ];
    let set = serde_json::json!(env.into_iter().collect::<std::collections::BTreeMap<_, _>>());
    world.database.sql(&format!("update projects set env = '{set}'")).await.unwrap();
    plane.becomes(SHOP, "has its environment", |shop| !shop.is_changing() && shop.env.len() == 2).await;
    (secret, text)
}

#[tokio::test]
async fn a_backup_becomes_another_project_also_after_its_own_is_deleted() {
    let (world, plane) = shop().await;
    let (secret, text) = set_environment(&world, &plane).await;
    let backup = back_up(&plane).await;
    let plan = plane.new_projects().plan(&ines(), backup.id).await.unwrap();
    assert_eq!((plan.left_out, plan.env), (vec![secret.clone()], vec![text.clone()]));

    let created = restore_new(&plane, &backup, NEW).await.unwrap();
    plane.succeeds(&created).await;
    let new = plane.project(NEW).await;
    let origin = new.origin.clone().unwrap();
    assert_eq!((origin.source, origin.backup, origin.filled), (id(SHOP), Some(backup.id), true));
    assert_eq!((origin.left_out, new.env.keys().collect::<Vec<_>>()), (vec![secret], vec![&text]));
    assert_eq!(new.hostname.unwrap().as_str(), "shop-copy.example.test");
    assert_eq!(world.browse("shop-copy.example.test").await, Ok(200));
    let count = "select count(*) || ' ' || sum(hashtext(t::text)) from things t";
    assert_eq!(
        world.real().text(NEW_DATABASE, count).await,
        world.real().text(DATABASE, count).await,
        "the rows are equal"
    );
    let owner = "select tableowner from pg_tables where tablename = 'things'";
    assert_eq!(world.real().text(NEW_DATABASE, owner).await, NEW_DATABASE);
    let copied = world.volumes_dir().join(NEW).join("media/logo.txt");
    assert_eq!(std::fs::read_to_string(&copied).unwrap(), "first");

    let password = async |of: &str| {
        let found = world.secrets.get(&SecretPath::project(&id(of), "database_password"), None).await;
        found.unwrap().unwrap().value.expose_secret().to_owned()
    };
    assert_ne!(password(SHOP).await, password(NEW).await, "its secrets are its own");
    let key = world.secrets.get(&SecretPath::project(&id(NEW), "API_KEY"), None).await.unwrap();
    assert!(key.is_none(), "no secret of the source is copied");

    // the source is as it was, and what is written to one does not appear in the other
    world
        .real()
        .sql(NEW_DATABASE, "alter table things no force row level security; delete from things")
        .await;
    std::fs::write(&copied, "changed").unwrap();
    assert_eq!(rows(&world).await, "1000");
    assert_eq!(std::fs::read_to_string(upload(&world)).unwrap(), "first");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));

    also_after_its_own_is_deleted(&world, &plane, &backup).await;
}

async fn also_after_its_own_is_deleted(world: &World, plane: &Running, backup: &Backup) {
    let taken = restore_new(plane, backup, NEW).await.unwrap_err().problem();
    assert_eq!((taken.kind, taken.errors[0].field.as_str()), (ProblemKind::Conflict, "id"), "{taken:?}");
    let deleted = plane.projects().delete(&ines(), &id(SHOP)).await.unwrap();
    plane.succeeds(&deleted).await;
    plane.succeeds(&restore_new(plane, backup, "shop-again").await.unwrap()).await;
    assert_eq!(world.real().text("proj_shop-again", "select count(*) from things").await, "1000");
    no_copy_is_left(world).await;
}

#[tokio::test]
async fn a_new_project_whose_restore_is_killed_or_cancelled_at_any_moment_has_all_data_or_is_gone() {
    let (world, mut plane) = shop().await;
    let backup = back_up(&plane).await;
    for moment in 0..4 {
        let name = format!("killed-{moment}");
        let created = restore_new(&plane, &backup, &name).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(250) * moment).await;
        plane.kill().await;
        plane = world.start().await;
        plane.succeeds(&created).await;
        let database = format!("proj_{name}");
        assert_eq!(world.real().text(&database, "select count(*) from things").await, "1000", "{moment}");
        assert_eq!(world.browse(&format!("{name}.example.test")).await, Ok(200), "{moment}");
    }
    for moment in 0..3 {
        let name = format!("cancelled-{moment}");
        let created = restore_new(&plane, &backup, &name).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(200) * moment).await;
        let _ = plane.operations().cancel(&ines(), created.id).await;
        match plane.over(created.id).await.status {
            OperationStatus::Cancelled => nothing_is_left(&world, &plane, &name).await,
            OperationStatus::Succeeded => {
                let database = format!("proj_{name}");
                assert_eq!(world.real().text(&database, "select count(*) from things").await, "1000");
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(rows(&world).await, "1000");
}

#[tokio::test]
async fn a_damaged_archive_and_a_database_in_the_way_leave_nothing_of_the_new_project() {
    let (world, plane) = shop().await;
    let backup = super::judged(&plane, back_up(&plane).await.id).await;
    // somebody's database has the name: it is neither taken over nor changed
    let mut session = world.real().connect("postgres").await;
    sqlx::raw_sql("create database \"proj_taken\"").execute(&mut session).await.unwrap();
    let failed = plane.fails(&restore_new(&plane, &backup, "taken").await.unwrap()).await.problem.unwrap();
    assert!(failed.detail.contains("there is a database proj_taken"), "{failed:?}");
    assert!(world.real().names().await.contains(&"proj_taken".to_owned()));
    let dump = world.archives_dir().join(SHOP).join(backup.id.to_string()).join("database.dump.zst");
    let mut bytes = std::fs::read(&dump).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&dump, bytes).unwrap();
    let failed = plane.fails(&restore_new(&plane, &backup, NEW).await.unwrap()).await.problem.unwrap();
    assert_eq!(failed.title, "The archive is damaged", "{failed:?}");
    nothing_is_left(&world, &plane, NEW).await;
    let events = plane.events(NEW).await;
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert!(actions.contains(&"not_filled"), "{actions:?}");
}
