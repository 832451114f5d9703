//! Repositories that the server registers by itself, and credentials that go missing.

use control_plane::OpContext;
use control_plane::ports::secret_store::{SecretPath, SecretStore as _};
use model::{Actor, RepositoryDraft};

use crate::support::{World, ines};

#[tokio::test]
async fn the_examples_are_registered_once_and_stay_removed() {
    let world = World::new().await;
    let plane = world.plane().await;
    let (repositories, host) = (plane.repositories(), OpContext::platform(Actor::Host));
    let draft = |url: &str| RepositoryDraft { url: url.into(), ..RepositoryDraft::default() };
    let examples = draft("file:///srv/examples");

    let added = repositories.add_once(&host, examples.clone()).await.unwrap().expect("the first time");
    assert_eq!(repositories.add_once(&host, examples.clone()).await.unwrap(), None, "it is there");
    repositories.remove(&host, added.id).await.unwrap();
    assert_eq!(repositories.add_once(&host, examples.clone()).await.unwrap(), None, "an operator removed it");

    assert!(repositories.add_once(&host, draft("file:///srv/others")).await.unwrap().is_some());
    repositories.add(&host, examples).await.expect("an operator may bring it back");
}

#[tokio::test]
async fn a_credential_that_was_removed_by_other_hands_is_named_and_not_done_without() {
    let world = World::new().await;
    let plane = world.plane().await;
    let draft = RepositoryDraft {
        url: "https://git.example.test/schemas.git".into(),
        credential: "planted-token".into(),
        ..RepositoryDraft::default()
    };
    let added = plane.repositories().add(&ines(), draft).await.unwrap();
    world.secrets.delete(&SecretPath::fleet(format!("repository-{}", added.id))).await.unwrap();
    let problem = plane.repositories().test(&ines(), added.id).await.unwrap_err().problem();
    assert_eq!(problem.title, "A secret is missing");
    assert!(problem.detail.contains(&format!("memory:/atomo/_fleet/repository-{}", added.id)), "{problem:?}");
}
