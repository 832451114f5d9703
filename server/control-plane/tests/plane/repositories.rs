//! Repositories that the server registers by itself.

use control_plane::OpContext;
use model::{Actor, RepositoryDraft};

use crate::support::World;

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
