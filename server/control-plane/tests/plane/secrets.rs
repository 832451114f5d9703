//! Values of secrets: in the store and in the environment of instances, and nowhere else.

use std::collections::BTreeMap;

use control_plane::ports::Failure as _;
use control_plane::ports::driver::{Follow, LogQuery};
use control_plane::ports::secret_store::{
    SecretError, SecretPath, SecretReader as _, SecretScope, SecretStore as _,
};
use futures::TryStreamExt as _;
use model::{EnvDraft, ImageRegistryDraft, Operation, ProjectPatch, RepositoryDraft, SecretDraft};
use secrecy::ExposeSecret as _;

use crate::support::world::id;
use crate::support::{Running, World, edit_now, ines};

const PLANTED: &str = "planted-9b1f27c4";

/// Gives the fleet every kind of secret that there is; the values.
async fn plant(world: &World, plane: &Running) -> Vec<String> {
    let (op, shop) = (ines(), id("shop"));
    let mut draft = world.draft("shop");
    draft.admin_email = "admin@shop.example".into();
    plane.create(draft).await;
    plane.secrets().put(&op, &shop, &"API_KEY".parse().unwrap(), PLANTED.into()).await.unwrap();
    plane.succeeds(&use_secret(plane).await).await;
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
    let operators = plane.operators();
    let code = operators.make_setup_link().await.unwrap();
    let (email, password) = ("ines@example.com", format!("{PLANTED}-password"));
    operators.set_up(code.expose_secret(), email.into(), password.into()).await.unwrap();
    let (_, token) =
        operators.create_token_for(&op, &email.parse().unwrap(), "pipeline".into()).await.unwrap();
    vec![PLANTED.to_owned(), code.expose_secret().into(), token.expose_secret().into()]
}

/// Lets the environment use the planted secret.
async fn use_secret(plane: &Running) -> Operation {
    let secret = EnvDraft::Secret(SecretDraft { secret: "API_KEY".into() });
    let env = Some(BTreeMap::from([("KEY".to_owned(), secret)]));
    let patch = ProjectPatch { env, ..ProjectPatch::default() };
    edit_now(plane, "shop", patch).await.unwrap()
}

/// Every value that the store keeps for a project.
async fn kept(world: &World, project: &str) -> Vec<String> {
    let mut values = Vec::new();
    for meta in world.secrets.list(&SecretScope::Project(id(project))).await.unwrap() {
        let secret = world.secrets.get(&SecretPath::project(&id(project), meta.name), None).await.unwrap();
        values.push(secret.unwrap().value.expose_secret().to_owned());
    }
    values
}

#[tokio::test]
async fn no_value_is_ever_in_the_registry() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut values = plant(&world, &plane).await;
    let mut refused = world.draft("blog");
    refused.schema_ref = world.schema(&world.bad);
    let refused = plane.projects().create(&ines(), refused, None).await.unwrap();
    let failed = plane.fails(&refused).await;
    values.extend(kept(&world, "shop").await);
    values.extend(kept(&world, "blog").await);
    assert!(values.len() >= 9, "what is looked for must exist");

    let registry = world.database.dump().await;
    assert!(
        registry.contains("API_KEY") && registry.contains("admin@shop.example"),
        "the dump is of this registry"
    );
    let told = format!("{failed:?}{:?}", plane.fleet().get(&ines()).await.unwrap());
    for value in values {
        assert!(!registry.contains(&value), "{value} is in the registry");
        assert!(!told.contains(&value), "{value} is told");
    }
}

#[tokio::test]
async fn a_log_that_prints_its_own_secrets_is_redacted() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    draft.schema_ref = world.schema(&world.bad);
    let create = plane.projects().create(&ines(), draft, None).await.unwrap();
    plane.fails(&create).await;
    let lines =
        plane.projects().logs(&ines(), &id("shop"), LogQuery { tail: 20, follow: Follow::No }).await.unwrap();
    let lines: Vec<_> = lines.try_collect().await.unwrap();
    let line = lines.iter().find(|line| line.text.contains("while using")).unwrap();
    let path = SecretPath::project(&id("shop"), "database_password");
    let password = world.secrets.get(&path, None).await.unwrap().unwrap().value;
    assert!(!line.text.contains(password.expose_secret()), "{}", line.text);
}

#[tokio::test]
async fn a_new_value_of_a_secret_in_use_replaces_the_instance() {
    let world = World::new().await;
    let plane = world.start().await;
    let (op, shop, name) = (ines(), id("shop"), "API_KEY".parse().unwrap());
    plane.create(world.draft("shop")).await;
    let first = plane.secrets().put(&op, &shop, &name, "one".into()).await.unwrap();
    assert_eq!((first.version, first.operation.is_none()), (1, true), "nothing uses it yet");
    plane.succeeds(&use_secret(&plane).await).await;
    assert_eq!(world.driver.env(&shop).await["KEY"], "one");
    let second = plane.secrets().put(&op, &shop, &name, "two".into()).await.unwrap();
    plane.succeeds(&second.operation.unwrap()).await;
    assert_eq!(world.driver.env(&shop).await["KEY"], "two");
}

#[tokio::test]
async fn a_list_of_secrets_has_names_and_versions() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.secrets().put(&ines(), &id("shop"), &"API_KEY".parse().unwrap(), "one".into()).await.unwrap();
    let listed = plane.secrets().list(&ines(), &id("shop")).await.unwrap();
    let mut listed: Vec<_> =
        listed.iter().map(|info| (info.name.as_str(), info.version, info.platform)).collect();
    listed.sort_unstable();
    let wanted = [
        ("API_KEY", 1, false),
        ("DATABASE_PASSWORD", 1, true),
        ("DATABASE_URL", 1, true),
        ("JWT_SECRET", 1, true),
    ];
    assert_eq!(listed, wanted);
}

#[tokio::test]
async fn a_value_that_no_environment_can_hold_is_refused() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let name = "API_KEY".parse().unwrap();
    for value in ["nul\0", &"x".repeat(33 * 1024)] {
        let refused =
            plane.secrets().put(&ines(), &id("shop"), &name, value.into()).await.unwrap_err().problem();
        assert!(
            refused.for_field("value").is_some_and(|fault| !fault.message.contains("nul")),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn a_secret_that_was_removed_by_other_hands_is_missed_and_not_made_again() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.stop().await;
    let path = SecretPath::project(&id("shop"), "jwt_secret");
    let value = world.secrets.get(&path, None).await.unwrap().unwrap().value;
    world.secrets.delete(&path).await.unwrap();
    let plane = world.start().await;
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    let problem = plane.fails(&restart).await.problem.unwrap();
    let gone = SecretError::Gone { path: world.secrets.reference(&path), version: None };
    assert_eq!(problem.detail, gone.problem().detail);
    assert!(world.secrets.get(&path, None).await.unwrap().is_none(), "nothing was made in its place");
    assert_eq!(world.browse("shop.example.test").await, Ok(200), "the instance goes on");
    world.secrets.put(&path, value).await.unwrap();
    let retry = plane.operations().retry(&ines(), restart.id).await.unwrap();
    plane.succeeds(&retry).await;
}
