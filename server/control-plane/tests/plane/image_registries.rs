//! Registries of images: whose credential goes where.

use control_plane::ports::driver::{Artifact, RegistryCredential, Release};
use control_plane::ports::secret_store::{SecretPath, SecretReader as _, SecretScope, SecretStore as _};
use model::{ImageRegistryDraft, Operation, ProblemKind};
use secrecy::ExposeSecret as _;

use crate::support::world::id;
use crate::support::{Running, World, ines};

const IMAGE: &str = "registry.example.com:5000/atomo/server:1";

fn draft(host: &str, password: &str) -> ImageRegistryDraft {
    ImageRegistryDraft { host: host.into(), username: "robot".into(), password: password.into() }
}

/// A fleet that runs an image which only `robot` gets.
async fn private() -> (World, Running) {
    let mut world = World::new().await;
    world.driver.traits.artifact = Artifact::Image;
    let mut settings = world.settings();
    settings.release = Release::Image(IMAGE.into());
    world.driver.books.demand(Some(RegistryCredential {
        username: "robot".into(),
        password: "planted-pull".to_owned().into(),
    }));
    let plane = world.start_with(settings).await;
    (world, plane)
}

async fn create(world: &World, plane: &Running) -> Operation {
    let operation = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    plane.over(operation.id).await
}

async fn passwords(world: &World) -> Vec<String> {
    let mut passwords = Vec::new();
    for meta in world.secrets.list(&SecretScope::Fleet).await.unwrap() {
        let secret = world.secrets.get(&SecretPath::fleet(meta.name), None).await.unwrap().unwrap();
        passwords.push(secret.value.expose_secret().to_owned());
    }
    passwords
}

#[tokio::test]
async fn an_image_is_fetched_as_whom_its_registry_was_added() {
    let (world, plane) = private().await;
    plane.image_registries().add(&ines(), draft("registry.example.com", "another port")).await.unwrap();
    let refused = create(&world, &plane).await;
    assert!(refused.problem.unwrap().detail.contains("access denied"));

    plane.image_registries().add(&ines(), draft("Registry.example.com:5000", "planted-pull")).await.unwrap();
    let again = plane.operations().retry(&ines(), refused.id).await.unwrap();
    plane.succeeds(&again).await;
}

#[tokio::test]
async fn a_registry_that_is_added_again_has_the_new_credential() {
    let (world, plane) = private().await;
    let registries = plane.image_registries();
    let first = registries.add(&ines(), draft("registry.example.com:5000", "old")).await.unwrap();
    let second = registries.add(&ines(), draft("registry.example.com:5000", "planted-pull")).await.unwrap();
    assert_eq!((first.id, first.was_replaced(), second.was_replaced()), (second.id, false, true));
    assert_eq!(registries.list(&ines()).await.unwrap(), std::slice::from_ref(&second));
    assert_eq!(passwords(&world).await, ["planted-pull"]);
    assert_eq!(create(&world, &plane).await.problem, None);

    registries.remove(&ines(), second.id).await.unwrap();
    assert!(passwords(&world).await.is_empty());
    assert_eq!(
        registries.remove(&ines(), second.id).await.unwrap_err().problem().kind,
        ProblemKind::NotFound
    );
    let events = plane.audit().events(&ines(), &model::EventFilter::default(), None).await.unwrap();
    let told = serde_json::to_string(&events.items).unwrap();
    for action in ["image_registry.add", "\"replaced\":true", "image_registry.remove"] {
        assert!(told.contains(action), "{action}");
    }
    assert!(!told.contains("planted-pull"));
}

#[tokio::test]
async fn a_credential_that_is_lost_is_an_error_and_not_an_anonymous_pull() {
    let (world, plane) = private().await;
    world.driver.books.demand(None); // anybody would get it
    let known = plane
        .image_registries()
        .add(&ines(), draft("registry.example.com:5000", "planted-pull"))
        .await
        .unwrap();
    world.secrets.delete(&SecretPath::fleet(format!("image-registry-{}", known.id))).await.unwrap();

    let problem = create(&world, &plane).await.problem.unwrap();

    assert_eq!((problem.kind, problem.part.as_deref()), (ProblemKind::Refused, Some("secrets")));
    assert!(problem.detail.contains("registry.example.com:5000"), "{problem}");
    assert_eq!(world.driver.books.starts(&id("shop")), 0);
}

#[tokio::test]
async fn wrong_fields_are_told_together_and_change_nothing() {
    let (world, plane) = private().await;
    let wrong = ImageRegistryDraft { host: "https://ghcr.io".into(), ..ImageRegistryDraft::default() };
    let problem = plane.image_registries().add(&ines(), wrong).await.unwrap_err().problem();
    let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["host", "username", "password"]);
    assert!(passwords(&world).await.is_empty());
}
