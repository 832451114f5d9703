//! The control plane dies between any two things that it does to the world, or commits, and a new one takes over.

use std::collections::BTreeMap;

use control_plane::testing::job::{TestInput, open};
use model::{EnvDraft, Operation, ProjectPatch, ProjectStatus};

use crate::support::moments::Trial;
use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

async fn create(world: &World, plane: &Running) {
    plane.create(world.draft("shop")).await;
}

async fn delete(_: &World, plane: &Running) -> Operation {
    plane.projects().delete(&ines(), &id("shop")).await.unwrap()
}

/// One more variable in the environment of the shop.
async fn set(plane: &Running, name: &str, value: &str) -> Operation {
    let env = BTreeMap::from([(name.to_owned(), EnvDraft::Text(value.into()))]);
    edit_now(plane, "shop", ProjectPatch { env: Some(env), ..ProjectPatch::default() }).await.unwrap()
}

/// One database that lets its instance in, one instance, one route, and it answers.
async fn serves(world: &World) {
    assert_eq!(world.databases().await, BTreeMap::from([(id("shop"), true)]));
    assert_eq!(world.driver.listening().await, [id("shop")]);
    assert_eq!(world.gateway.table().unwrap().routes.len(), 1);
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

/// The same, and it is said to run.
async fn runs(world: &World, plane: &Running) {
    serves(world).await;
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Running);
}

#[test]
fn a_create_ends_running() {
    let trial = Trial {
        prepare: async |_: &World, _: &Running| (),
        ask: async |world: &World, plane: &Running| {
            plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap()
        },
        check: runs,
    };
    let deaths = trial.at_every_moment();
    assert!(deaths >= 50, "{deaths} deaths are too few to mean anything");
}

#[test]
fn a_create_over_a_kept_database_ends_running() {
    let trial = Trial {
        prepare: async |world: &World, plane: &Running| {
            create(world, plane).await;
            let delete = delete(world, plane).await;
            plane.succeeds(&delete).await;
        },
        ask: async |world: &World, plane: &Running| {
            let mut draft = world.draft("shop");
            draft.reuse_database = true;
            plane.projects().create(&ines(), draft, None).await.unwrap()
        },
        check: runs,
    };
    // its secrets are there, and only read
    let deaths = trial.at_every_moment();
    assert!(deaths >= 40, "{deaths} deaths are too few to mean anything");
}

#[test]
fn a_new_environment_ends_with_the_one_new_instance() {
    let trial = Trial {
        prepare: create,
        ask: async |_: &World, plane: &Running| set(plane, "GREETING", "hello").await,
        check: async |world: &World, plane: &Running| {
            runs(world, plane).await;
            assert_eq!(world.driver.env(&id("shop")).await["GREETING"], "hello");
            assert_eq!(world.driver.books.starts(&id("shop")), 2, "replaced once, not again after the crash");
        },
    };
    let deaths = trial.at_every_moment();
    assert!(deaths >= 50, "{deaths} deaths are too few to mean anything");
}

#[test]
fn a_refused_change_ends_with_the_revision_that_ran() {
    let trial = Trial {
        prepare: async |world: &World, plane: &Running| {
            create(world, plane).await;
            world.driver.refuse_env("BROKEN");
        },
        ask: async |_: &World, plane: &Running| set(plane, "BROKEN", "yes").await,
        check: async |world: &World, plane: &Running| {
            let is_back = |shop: &model::Project| shop.observed.facts.ready.present().is_some();
            let shop = plane.becomes("shop", "runs as before", is_back).await;
            assert_eq!(shop.status, ProjectStatus::Failed, "the change failed, and says so");
            assert_eq!(shop.problem.unwrap().title, "The instance refused to start");
            eventually("it is served again", async || {
                (world.browse("shop.example.test").await == Ok(200)).then_some(())
            })
            .await;
            serves(world).await;
            assert!(!world.driver.env(&id("shop")).await.contains_key("BROKEN"));
        },
    };
    let deaths = trial.at_every_moment();
    assert!(deaths >= 50, "{deaths} deaths are too few to mean anything");
}

#[test]
fn a_delete_ends_with_a_kept_database_and_nothing_else() {
    let trial = Trial {
        prepare: create,
        ask: delete,
        check: async |world: &World, plane: &Running| {
            assert_eq!(world.driver.listening().await, []);
            assert_eq!(world.gateway.table().unwrap().routes.len(), 0);
            assert_eq!(plane.retained_databases().list(&ines()).await.unwrap().len(), 1);
            assert_eq!(world.databases().await, BTreeMap::from([(id("shop"), false)]));
        },
    };
    let deaths = trial.at_every_moment();
    assert!(deaths >= 30, "{deaths} deaths are too few to mean anything");
}

#[test]
fn a_removal_of_an_orphan_ends_with_nothing_left() {
    let trial = Trial {
        prepare: async |world: &World, plane: &Running| {
            create(world, plane).await;
            world.database.sql("delete from projects where id = 'shop'").await.unwrap();
            eventually("it is told with its route", async || {
                let orphans = plane.orphans().list(&ines()).await.unwrap();
                orphans.into_iter().find(|orphan| !orphan.hosts.is_empty())
            })
            .await;
        },
        ask: async |_: &World, plane: &Running| {
            eventually("the orphan is seen with its route", async || {
                let orphans = plane.orphans().list(&ines()).await.unwrap();
                orphans.into_iter().find(|orphan| !orphan.hosts.is_empty())
            })
            .await;
            plane.orphans().remove(&ines(), &id("shop")).await.unwrap()
        },
        check: async |world: &World, plane: &Running| {
            assert_eq!(world.driver.listening().await, []);
            assert_eq!(world.gateway.table().unwrap().routes.len(), 0);
            assert_eq!(plane.orphans().list(&ines()).await.unwrap(), []);
        },
    };
    assert!(trial.at_every_moment() >= 20, "too few moments to mean anything");
}

fn work(world: &World) -> TestInput {
    let file = world.volumes_dir().join("work");
    let program = Some(("true".into(), "now".into()));
    TestInput { steps: 2, units: 2, program, ..TestInput::new(file) }
}

#[test]
fn a_job_with_a_program_does_every_unit_once() {
    let trial = Trial {
        prepare: async |world: &World, _: &Running| std::fs::create_dir_all(world.volumes_dir()).unwrap(),
        ask: async |world: &World, plane: &Running| open(plane, &ines(), None, &work(world)).await.unwrap(),
        check: async |world: &World, _: &Running| {
            assert_eq!(work(world).done(), ["1 0", "1 1", "2 0", "2 1"]);
            assert_eq!(world.database.text("select count(*) from job_programs").await, "0");
        },
    };
    assert!(trial.at_every_moment() >= 20, "too few moments to mean anything");
}
