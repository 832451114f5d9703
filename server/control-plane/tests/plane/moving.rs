//! Secrets move from one store to another: whatever happens on the way, nothing is lost, overwritten or restarted.

mod jobs;
mod refusals;

use std::time::Duration;

use control_plane::ports::secret_store::{SecretPath, SecretScope, SecretStore};
use control_plane::registry::Registry;
use control_plane::secrets::moving::{Count, Move, MoveResult, Pauses, Progress};
use control_plane::testing::secret_store::{MemorySecrets, Mood};
use model::{EnvDraft, ImageRegistryDraft, ProjectPatch, RepositoryDraft, SecretDraft};
use secrecy::ExposeSecret as _;

use crate::support::fuse::{Fuse, Fused};
use crate::support::world::id;
use crate::support::{Running, World, edit_now, ines};

const PLANTED: &str = "planted-7d10-value";
/// Of the shop: three and an API key in two versions; of the kept blog: three; the credentials of a repository and an
/// image registry.
const ALL: Count = Count { secrets: 9, versions: 10 };
/// The shop's, the blog's, the repository's and the image registry's.
const REFERENCES: u64 = 4;

/// A fleet with every kind of secret, stopped.
async fn fleet(world: &World) {
    let plane = world.start().await;
    let (op, shop, name) = (ines(), id("shop"), "API_KEY".parse().unwrap());
    for project in ["shop", "blog"] {
        plane.create(world.draft(project)).await;
    }
    plane.secrets().put(&op, &shop, &name, format!("{PLANTED}-1").into()).await.unwrap();
    plane.secrets().put(&op, &shop, &name, format!("{PLANTED}-2").into()).await.unwrap();
    let secret = EnvDraft::Secret(SecretDraft { secret: "API_KEY".into() });
    let env = Some([("KEY".to_owned(), secret)].into());
    let edit = edit_now(&plane, "shop", ProjectPatch { env, ..ProjectPatch::default() }).await.unwrap();
    plane.succeeds(&edit).await;
    let delete = plane.projects().delete(&op, &id("blog")).await.unwrap();
    plane.succeeds(&delete).await;
    let repository = RepositoryDraft {
        url: "https://git.example.test/schemas.git".into(),
        username: "git".into(),
        credential: format!("{PLANTED}-token"),
        host_key: String::new(),
    };
    plane.repositories().add(&op, repository).await.unwrap();
    let registry = ImageRegistryDraft {
        host: "ghcr.io".into(),
        username: "robot".into(),
        password: format!("{PLANTED}-pull"),
    };
    plane.image_registries().add(&op, registry).await.unwrap();
    plane.stop().await;
}

fn quickly() -> Pauses {
    Pauses { first: Duration::from_millis(1), most: 3 }
}

/// A move in the present term.
async fn moving<'a>(
    world: &World,
    registry: &'a Registry,
    from: &'a dyn SecretStore,
    to: &'a dyn SecretStore,
) -> Move<'a> {
    let term = world.database.text("select term from engine").await.parse().unwrap();
    Move { registry, from, to, term, pauses: quickly() }
}

async fn run(
    world: &World,
    from: &dyn SecretStore,
    to: &dyn SecretStore,
) -> Result<MoveResult, control_plane::Error> {
    let registry = world.database.registry().await;
    let moved = moving(world, &registry, from, to).await.run(&ines(), &mut |_| {}).await;
    registry.close().await;
    moved
}

async fn remove(
    world: &World,
    from: &dyn SecretStore,
    to: &dyn SecretStore,
) -> Result<Count, control_plane::Error> {
    let registry = world.database.registry().await;
    let removed = moving(world, &registry, from, to).await.remove_source(&ines(), &mut |_| {}).await;
    registry.close().await;
    removed
}

/// Every secret with all its versions.
async fn contents(store: &dyn SecretStore) -> Vec<(SecretPath, Vec<(u32, String)>)> {
    let mut all = Vec::new();
    let projects = ["shop", "blog"].map(|project| SecretScope::Project(id(project)));
    for scope in projects.into_iter().chain([SecretScope::Fleet]) {
        for meta in store.list(&scope).await.unwrap() {
            let path = SecretPath { scope: scope.clone(), name: meta.name };
            let history = store.history(&path).await.unwrap();
            let versions =
                history.into_iter().map(|secret| (secret.version, secret.value.expose_secret().to_owned()));
            all.push((path, versions.collect()));
        }
    }
    all
}

/// The references by their store's word: so many of each.
async fn references(world: &World) -> String {
    let all =
        "select database_url from projects union all select project ->> 'database_url' from retained_databases
               union all select credential from repositories union all select credential from image_registries";
    let words = format!("select split_part(database_url, ':', 1) word, count(*) from ({all}) x group by 1");
    world
        .database
        .text(&format!("select string_agg(word || ' ' || count, ', ' order by word) from ({words}) y"))
        .await
}

async fn is_at_rest(plane: &Running) {
    plane.becomes("shop", "is seen", |shop| shop.observed.facts.ready.present().is_some()).await;
}

#[tokio::test]
async fn everything_moves_and_no_instance_is_touched() {
    let mut world = World::new().await;
    fleet(&world).await;
    let (source, target) = (world.secrets.clone(), MemorySecrets::named("vault"));
    let starts = world.driver.books.starts(&id("shop"));

    let moved = run(&world, &source, &target).await.unwrap();
    assert_eq!(moved, MoveResult { count: ALL, references: REFERENCES });
    assert_eq!(contents(&target).await, contents(&source).await, "with their numbers");
    assert_eq!(references(&world).await, "vault 4");
    let event = "select action || ' ' || actor || ' ' || detail from project_events order by id desc limit 1";
    let event = world.database.text(event).await;
    assert!(
        event.starts_with("secrets.migrate operator:ines@example.com") && event.contains("\"versions\": 10"),
        "{event}"
    );
    assert!(!world.database.dump().await.contains("planted"), "no value is in the registry");

    assert_eq!(remove(&world, &source, &target).await.unwrap(), ALL);
    assert!(contents(&source).await.is_empty());
    assert_eq!(remove(&world, &source, &target).await.unwrap(), Count::default(), "once more is nothing");

    world.secrets = target;
    let plane = world.start().await;
    is_at_rest(&plane).await;
    assert_eq!(world.driver.books.starts(&id("shop")), starts, "no instance is replaced");
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    assert_eq!(world.driver.env(&id("shop")).await["KEY"], format!("{PLANTED}-2"), "from the new store");
    assert!(plane.audit().verify(&ines()).await.unwrap().broken_at.is_none());
}

#[tokio::test]
async fn a_move_that_is_interrupted_anywhere_is_ended_by_another_one() {
    let world = World::new().await;
    fleet(&world).await;
    let source = world.secrets.clone();
    let before = contents(&source).await;
    for passes in 0.. {
        let (part, fuse) = (MemorySecrets::named("vault"), Fuse::default());
        let target = Fused { part, fuse: fuse.clone() };
        fuse.arm(passes);
        let interrupted = tokio::select! {
            moved = run(&world, &source, &target) => { moved.unwrap(); false }
            _ = fuse.blown() => true,
        };
        fuse.disarm();
        if interrupted {
            assert_eq!(
                references(&world).await,
                "memory 4",
                "nothing is switched before all is there ({passes})"
            );
            assert_eq!(run(&world, &source, &target).await.unwrap().references, REFERENCES);
        }
        assert_eq!((contents(&target).await, references(&world).await), (before.clone(), "vault 4".into()));
        assert_eq!(contents(&source).await, before, "the source stays");
        assert_eq!(run(&world, &source, &target).await.unwrap().references, 0, "there is nothing left to do");
        if !interrupted {
            break;
        }
        assert_eq!(run(&world, &target, &source).await.unwrap().references, REFERENCES, "and back");
    }
}

#[tokio::test]
async fn a_removal_that_is_interrupted_anywhere_is_ended_by_another_one() {
    let world = World::new().await;
    fleet(&world).await;
    let (kept, fuse) = (MemorySecrets::named("vault"), Fuse::default());
    let source = Fused { part: world.secrets.clone(), fuse: fuse.clone() };
    run(&world, &source, &kept).await.unwrap();
    for passes in 0..ALL.secrets {
        fuse.arm(1);
        tokio::select! {
            removed = remove(&world, &source, &kept) => panic!("{removed:?} after {passes}"),
            _ = fuse.blown() => {}
        }
        fuse.disarm();
        assert_eq!(contents(&kept).await.len(), ALL.secrets, "the other store is not touched");
        if contents(&source).await.len() <= 1 {
            break;
        }
    }
    assert_eq!(remove(&world, &source, &kept).await.unwrap().secrets, 1);
    assert!(contents(&source).await.is_empty());
}

#[tokio::test]
async fn what_was_written_since_goes_back_too() {
    let world = World::new().await;
    fleet(&world).await;
    let (source, target) = (world.secrets.clone(), MemorySecrets::named("vault"));
    run(&world, &source, &target).await.unwrap();
    let path = SecretPath::project(&id("shop"), "API_KEY");
    target.put(&path, "third".into()).await.unwrap();
    assert_eq!(run(&world, &target, &source).await.unwrap().references, REFERENCES);
    assert_eq!(contents(&source).await, contents(&target).await);
    assert_eq!(references(&world).await, "memory 4");
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_waited_for_and_given_up_in_the_end() {
    let world = World::new().await;
    fleet(&world).await;
    let (source, target) = (world.secrets.clone(), MemorySecrets::named("vault"));
    let registry = world.database.registry().await;
    target.set_mood(Mood::Away);
    let error =
        moving(&world, &registry, &source, &target).await.run(&ines(), &mut |_| {}).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(references(&world).await, "memory 4");
    let mut waits = 0;
    let back = target.clone();
    let mut tell = |progress: Progress| {
        if matches!(progress, Progress::Waiting(_)) {
            waits += 1;
            back.set_mood(if waits < 2 { Mood::Away } else { Mood::Well });
        }
    };
    moving(&world, &registry, &source, &target).await.run(&ines(), &mut tell).await.unwrap();
    assert_eq!((waits, references(&world).await.as_str()), (2, "vault 4"));
}

#[tokio::test]
async fn a_move_whose_lock_another_control_plane_took_switches_nothing() {
    let world = World::new().await;
    fleet(&world).await;
    let (source, target) = (world.secrets.clone(), MemorySecrets::named("vault"));
    let registry = world.database.registry().await;
    let there = moving(&world, &registry, &source, &target).await;
    world.database.sql("update engine set term = term + 1").await.unwrap();
    assert!(there.run(&ines(), &mut |_| {}).await.is_err());
    assert_eq!(references(&world).await, "memory 4");
    world.database.sql("update engine set term = term - 1").await.unwrap();
    assert_eq!(there.run(&ines(), &mut |_| {}).await.unwrap().references, REFERENCES);
    world.database.sql("update engine set term = term + 1").await.unwrap();
    assert!(there.remove_source(&ines(), &mut |_| {}).await.is_err());
    assert_eq!(contents(&source).await.len(), ALL.secrets, "the source is untouched");
}
